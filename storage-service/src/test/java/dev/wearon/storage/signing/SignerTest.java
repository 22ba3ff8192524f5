package dev.wearon.storage.signing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.storage.testing.MovableClock;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignerTest {

    private static final String KEY = "k".repeat(32);
    private static final String OTHER_KEY = "o".repeat(32);
    private static final String PATH = "a/path";
    private static final String OWNER = "0193c0de-0000-7000-8000-00000000000f";

    private final MovableClock clock = new MovableClock();
    private final Signer signer = new Signer(Optional.of(KEY), Optional.empty(), clock);
    private final Instant later = Instant.ofEpochSecond(clock.instant().getEpochSecond() + 600);
    private final Permission.Write write =
            new Permission.Write(PATH, later, "image/png", 1000, Optional.empty(), false);
    private final Permission.Write owned =
            new Permission.Write(PATH, later, "image/png", 1000, Optional.of(UUID.fromString(OWNER)), false);
    private final Permission.Read read = new Permission.Read(PATH, later);

    @Test
    void grantsItsOwnSignatures() {
        assertThat(signer.verifyWrite(PATH, parameters(write))).isEqualTo(new Verdict.Granted<>(write));
        assertThat(signer.verifyWrite(PATH, parameters(owned))).isEqualTo(new Verdict.Granted<>(owned));
        assertThat(signer.verifyRead(PATH, parameters(read))).isEqualTo(new Verdict.Granted<>(read));
    }

    /** During a rolling upgrade each version verifies URLs without an owner that another version signed. */
    @Test
    void keepsTheFormatOfSignedUrls() {
        Instant end = Instant.parse("2100-01-01T00:00:00Z");
        assertThat(signer.query(new Permission.Write(PATH, end, "image/png", 10_485_760, Optional.empty(), false)))
                .isEqualTo("expires=4102444800&type=image%2Fpng&limit=10485760&key=5e318f8c"
                        + "&signature=cbLgpB6Md0zu1_GfuqlbfnuQvRTx08MK3fyXI0mnnRA");
        assertThat(signer.query(new Permission.Read(PATH, end)))
                .isEqualTo("expires=4102444800&key=5e318f8c&signature=I4Z8WeeTf4177KC3VyWF2BuQ2zFBdiiJAJ4H2Yt9vjw");
    }

    @Test
    void signsInParallel() {
        List<Permission> permissions = IntStream.range(0, 2_000)
                .<Permission>mapToObj(i -> new Permission.Read(PATH + i, later))
                .toList();
        List<String> expected = permissions.stream().map(signer::query).toList();
        assertThat(permissions.parallelStream().map(signer::query).toList()).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({
        "expires,9999999999",
        "type,image/jpeg",
        "limit,1001",
        "key,00000000",
        "signature,AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    })
    void refusesAChangeOfAnyPart(String name, String value) {
        Map<String, List<String>> changed = parameters(write);
        changed.put(name, List.of(value));
        assertThat(signer.verifyWrite(PATH, changed)).isEqualTo(new Verdict.Invalid<>());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0193c0de-0000-7000-8000-00000000000e",
                "0193C0DE-0000-7000-8000-00000000000F",
                "193c0de-0-7000-8000-f",
                "null",
                ""
            })
    void refusesAnotherOwner(String owner) {
        for (Permission.Write permission : List.of(write, owned)) {
            Map<String, List<String>> changed = parameters(permission);
            changed.put("owner", List.of(owner));
            assertThat(signer.verifyWrite(PATH, changed)).isEqualTo(new Verdict.Invalid<>());
        }
    }

    @Test
    void refusesAMissingAnAddedAndAnotherKeep() {
        Permission.Write kept = new Permission.Write(PATH, later, "image/png", 1000, Optional.empty(), true);
        assertThat(signer.verifyWrite(PATH, parameters(kept))).isEqualTo(new Verdict.Granted<>(kept));

        Map<String, List<String>> missing = parameters(kept);
        missing.remove("keep");
        assertThat(signer.verifyWrite(PATH, missing)).isEqualTo(new Verdict.Invalid<>());

        for (Permission.Write permission : List.of(write, owned)) {
            Map<String, List<String>> added = parameters(permission);
            added.put("keep", List.of("true"));
            assertThat(signer.verifyWrite(PATH, added)).isEqualTo(new Verdict.Invalid<>());
        }
        for (List<String> other : List.of(List.of("false"), List.of(""), List.of("true", "true"))) {
            Map<String, List<String>> changed = parameters(kept);
            changed.put("keep", other);
            assertThat(signer.verifyWrite(PATH, changed)).isEqualTo(new Verdict.Invalid<>());
        }
    }

    @Test
    void refusesAMissingAnAddedAndADoubledOwner() {
        Map<String, List<String>> missing = parameters(owned);
        missing.remove("owner");
        assertThat(signer.verifyWrite(PATH, missing)).isEqualTo(new Verdict.Invalid<>());

        Map<String, List<String>> added = parameters(write);
        added.put("owner", List.of(OWNER));
        assertThat(signer.verifyWrite(PATH, added)).isEqualTo(new Verdict.Invalid<>());

        Map<String, List<String>> doubled = parameters(owned);
        doubled.put("owner", List.of(OWNER, OWNER));
        assertThat(signer.verifyWrite(PATH, doubled)).isEqualTo(new Verdict.Invalid<>());
    }

    @Test
    void refusesAnotherPath() {
        assertThat(signer.verifyWrite(PATH + "s", parameters(write))).isEqualTo(new Verdict.Invalid<>());
        assertThat(signer.verifyRead("b/path", parameters(read))).isEqualTo(new Verdict.Invalid<>());
    }

    @Test
    void refusesAnotherMethod() {
        assertThat(signer.verifyRead(PATH, parameters(write))).isEqualTo(new Verdict.Invalid<>());
        Map<String, List<String>> reading = parameters(read);
        reading.put("type", List.of("image/png"));
        reading.put("limit", List.of("1000"));
        assertThat(signer.verifyWrite(PATH, reading)).isEqualTo(new Verdict.Invalid<>());
    }

    @ParameterizedTest
    @ValueSource(strings = {"expires", "type", "limit", "key", "signature"})
    void refusesAMissingOrDoubledPart(String name) {
        Map<String, List<String>> missing = parameters(write);
        List<String> value = missing.remove(name);
        assertThat(signer.verifyWrite(PATH, missing)).isEqualTo(new Verdict.Invalid<>());

        Map<String, List<String>> doubled = parameters(write);
        doubled.put(name, List.of(value.getFirst(), value.getFirst()));
        assertThat(signer.verifyWrite(PATH, doubled)).isEqualTo(new Verdict.Invalid<>());
    }

    @Test
    void refusesTheSameNumberInAnotherForm() {
        Map<String, List<String>> padded = parameters(write);
        padded.put("limit", List.of("01000"));
        assertThat(signer.verifyWrite(PATH, padded)).isEqualTo(new Verdict.Invalid<>());
    }

    @Test
    void refusesPartsWithALineBreak() {
        Map<String, List<String>> shifted = parameters(write);
        shifted.put("type", List.of("image/png\n1000"));
        assertThat(signer.verifyWrite(PATH, shifted)).isEqualTo(new Verdict.Invalid<>());
        assertThat(signer.verifyWrite(PATH + "\nx", parameters(write))).isEqualTo(new Verdict.Invalid<>());
    }

    @Test
    void refusesSignaturesOfAnotherKey() {
        Signer other = new Signer(Optional.of(OTHER_KEY), Optional.empty(), clock);
        Map<String, List<String>> foreign = parse(other.query(read));
        assertThat(signer.verifyRead(PATH, foreign)).isEqualTo(new Verdict.Invalid<>());
        foreign.put("key", parameters(read).get("key"));
        assertThat(signer.verifyRead(PATH, foreign)).isEqualTo(new Verdict.Invalid<>());
    }

    @Test
    void grantsSignaturesOfThePreviousKey() {
        Map<String, List<String>> before = parameters(read);
        Signer rotated = new Signer(Optional.of(OTHER_KEY), Optional.of(KEY), clock);
        assertThat(rotated.verifyRead(PATH, before)).isEqualTo(new Verdict.Granted<>(read));
        assertThat(rotated.verifyWrite(PATH, parameters(write))).isEqualTo(new Verdict.Granted<>(write));
    }

    @Test
    void signsOnlyWithTheCurrentKey() {
        Signer rotated = new Signer(Optional.of(OTHER_KEY), Optional.of(KEY), clock);
        Map<String, List<String>> after = parse(rotated.query(read));
        assertThat(signer.verifyRead(PATH, after)).isEqualTo(new Verdict.Invalid<>());
        // A process that is not restarted yet accepts the new key, if it was configured as the previous one before.
        Signer introduced = new Signer(Optional.of(KEY), Optional.of(OTHER_KEY), clock);
        assertThat(introduced.verifyRead(PATH, after)).isEqualTo(new Verdict.Granted<>(read));
        assertThat(introduced.query(read)).isEqualTo(signer.query(read));
    }

    @Test
    void refusesTheIdOfAnotherKey() {
        Signer rotated = new Signer(Optional.of(OTHER_KEY), Optional.of(KEY), clock);
        Map<String, List<String>> relabelled = parameters(read);
        relabelled.put("key", parse(rotated.query(read)).get("key"));
        assertThat(rotated.verifyRead(PATH, relabelled)).isEqualTo(new Verdict.Invalid<>());
    }

    @Test
    void refusesSignaturesOfAnOlderKey() {
        Signer twice = new Signer(Optional.of("t".repeat(32)), Optional.of(OTHER_KEY), clock);
        assertThat(twice.verifyRead(PATH, parameters(read))).isEqualTo(new Verdict.Invalid<>());
    }

    @Test
    void expiresToTheSecond() {
        Map<String, List<String>> query = parameters(read);
        clock.move(Duration.ofSeconds(598));
        assertThat(signer.verifyRead(PATH, query)).isInstanceOf(Verdict.Granted.class);
        clock.move(Duration.ofSeconds(601));
        assertThat(signer.verifyRead(PATH, query)).isEqualTo(new Verdict.Expired<>());
    }

    @Test
    void reportsAForgedExpiryAsInvalid() {
        Map<String, List<String>> forged = parameters(read);
        forged.put("expires", List.of("1000000000"));
        assertThat(signer.verifyRead(PATH, forged)).isEqualTo(new Verdict.Invalid<>());
    }

    @Test
    void refusesToStartWithoutAKeyOf32Bytes() {
        for (Optional<String> secret : List.of(Optional.<String>empty(), Optional.of("k".repeat(31)))) {
            assertThatThrownBy(() -> new Signer(secret, Optional.empty(), clock))
                    .hasMessageContaining("WEARON_STORAGE_SIGNING_KEY")
                    .message()
                    .doesNotContain("kkk");
        }
        assertThatThrownBy(() -> new Signer(Optional.of(KEY), Optional.of("p".repeat(31)), clock))
                .hasMessageContaining("WEARON_STORAGE_PREVIOUS_SIGNING_KEY")
                .message()
                .doesNotContain("ppp");
        assertThatCode(() -> new Signer(Optional.of("ü".repeat(16)), Optional.of(KEY), clock))
                .doesNotThrowAnyException();
    }

    private Map<String, List<String>> parameters(Permission permission) {
        return parse(signer.query(permission));
    }

    private static Map<String, List<String>> parse(String query) {
        return new HashMap<>(Arrays.stream(query.split("&"))
                .map(part -> part.split("=", 2))
                .collect(Collectors.toMap(
                        part -> part[0], part -> List.of(URLDecoder.decode(part[1], StandardCharsets.UTF_8)))));
    }
}

package dev.wearon.storage.signing;

import io.quarkus.runtime.StartupEvent;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs permissions with the current key, and verifies signatures of the current and the previous key. A parameter that
 * is missing, repeated or not in its signed form makes a signature invalid. Unknown parameters are ignored.
 */
@ApplicationScoped
public class Signer {

    private static final int MIN_KEY_BYTES = 32;
    private static final String ALGORITHM = "HmacSHA256";
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final Pattern UUID_TEXT = Pattern.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}");
    private static final String KEEP = "true";
    private static final int MAX_LENGTH = 200;
    private static final int MAX_DIGITS = 12;

    private final Clock clock;
    private final String currentKey;

    /** By the id of the key. Each signature clones one, because a lookup and a key setup cost more than the signature. */
    private final Map<String, Mac> macs = new HashMap<>();

    @Inject
    Signer(SigningConfig config, Clock clock) {
        this(config.signingKey(), config.previousSigningKey(), clock);
    }

    Signer(Optional<String> current, Optional<String> previous, Clock clock) {
        this.clock = clock;
        this.currentKey = add("WEARON_STORAGE_SIGNING_KEY", current.orElse(""));
        // The configuration reads an empty variable as a missing one.
        previous.ifPresent(secret -> add("WEARON_STORAGE_PREVIOUS_SIGNING_KEY", secret));
    }

    /** @return the key's id */
    private String add(String variable, String secret) {
        byte[] key = secret.getBytes(StandardCharsets.UTF_8);
        if (key.length < MIN_KEY_BYTES) {
            throw new ConfigurationException("%s must be a secret of at least %d bytes; it has %d."
                    .formatted(variable, MIN_KEY_BYTES, key.length));
        }
        String id = idOf(key);
        macs.put(id, mac(key));
        return id;
    }

    /** Makes the start fail if a key is missing or too short. */
    void start(@Observes StartupEvent start) {}

    /** Returns the query of a signed URL, without the question mark. */
    public String query(Permission permission) {
        String limits =
                switch (permission) {
                    case Permission.Read read -> "";
                    case Permission.Write write ->
                        "&type=" + encode(write.contentType()) + "&limit=" + write.maxBytes()
                                + write.owner().map(owner -> "&owner=" + owner).orElse("")
                                + (write.kept() ? "&keep=" + KEEP : "");
                };
        return "expires=" + permission.expiresAt().getEpochSecond() + limits + "&key=" + currentKey + "&signature="
                + sign(permission, currentKey);
    }

    /** @param query the decoded parameters of the request */
    public Verdict<Permission.Read> verifyRead(String path, Map<String, List<String>> query) {
        Optional<Instant> expiry = single(query, "expires", Signer::isNumber).map(Signer::instant);
        if (expiry.isEmpty() || !isVisibleAscii(path)) {
            return new Verdict.Invalid<>();
        }
        return check(new Permission.Read(path, expiry.get()), query);
    }

    /** @param query the decoded parameters of the request */
    public Verdict<Permission.Write> verifyWrite(String path, Map<String, List<String>> query) {
        Optional<Instant> expiry = single(query, "expires", Signer::isNumber).map(Signer::instant);
        Optional<String> type = single(query, "type", Signer::isVisibleAscii);
        Optional<Long> limit = single(query, "limit", Signer::isNumber).map(Long::valueOf);
        Optional<UUID> owner = single(query, "owner", Signer::isUuid).map(UUID::fromString);
        boolean kept = single(query, "keep", KEEP::equals).isPresent();
        if (expiry.isEmpty()
                || type.isEmpty()
                || limit.isEmpty()
                || owner.isEmpty() && query.containsKey("owner")
                || !kept && query.containsKey("keep")
                || kept && owner.isPresent()
                || !isVisibleAscii(path)) {
            return new Verdict.Invalid<>();
        }
        return check(new Permission.Write(path, expiry.get(), type.get(), limit.get(), owner, kept), query);
    }

    private <P extends Permission> Verdict<P> check(P permission, Map<String, List<String>> query) {
        Optional<String> key = single(query, "key", Signer::isVisibleAscii).filter(macs::containsKey);
        Optional<String> offered = single(query, "signature", Signer::isVisibleAscii);
        if (key.isEmpty() || offered.isEmpty() || !matches(sign(permission, key.get()), offered.get())) {
            return new Verdict.Invalid<>();
        }
        return clock.instant().isBefore(permission.expiresAt())
                ? new Verdict.Granted<>(permission)
                : new Verdict.Expired<>();
    }

    private String sign(Permission permission, String key) {
        try {
            Mac mac = (Mac) macs.get(key).clone();
            byte[] signature = mac.doFinal(permission.canonical().getBytes(StandardCharsets.US_ASCII));
            return BASE64.encodeToString(signature);
        } catch (CloneNotSupportedException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Mac mac(byte[] key) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(key, ALGORITHM));
            return mac;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Compares in constant time. Compares texts, because several Base64 texts decode to the same bytes. */
    private static boolean matches(String expected, String offered) {
        return MessageDigest.isEqual(
                expected.getBytes(StandardCharsets.US_ASCII), offered.getBytes(StandardCharsets.US_ASCII));
    }

    private static Optional<String> single(Map<String, List<String>> query, String name, Predicate<String> form) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.size() == 1 && form.test(values.getFirst()) ? Optional.of(values.getFirst()) : Optional.empty();
    }

    private static boolean isVisibleAscii(String text) {
        return isMadeOf(text, '!', '~', MAX_LENGTH);
    }

    /** A number without a sign and without leading zeros. */
    private static boolean isNumber(String text) {
        return isMadeOf(text, '0', '9', MAX_DIGITS) && text.charAt(0) != '0';
    }

    private static boolean isUuid(String text) {
        return UUID_TEXT.matcher(text).matches();
    }

    private static boolean isMadeOf(String text, char first, char last, int maxLength) {
        if (text.isEmpty() || text.length() > maxLength) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) < first || text.charAt(i) > last) {
                return false;
            }
        }
        return true;
    }

    private static Instant instant(String seconds) {
        return Instant.ofEpochSecond(Long.parseLong(seconds));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Derives the id from the key, so that it needs no configuration. */
    private static String idOf(byte[] key) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(key);
            return HexFormat.of().formatHex(hash, 0, 4);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

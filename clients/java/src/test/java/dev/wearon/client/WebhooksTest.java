package dev.wearon.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.client.errors.WearOnException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebhooksTest {

    // The values of the reference libraries of Standard Webhooks.
    private static final String SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    private static final String ID = "msg_p5jXN8AQM9LWM0D4loKWxJek";
    private static final long TIME = 1614265330;
    private static final String BODY = "{\"test\": 2432232314}";
    private static final String SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";
    private static final String OTHER = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc=";

    private static Map<String, List<String>> headers(String name, String... values) {
        Map<String, List<String>> headers = new HashMap<>(Map.of(
                "Webhook-Id", List.of(ID),
                "webhook-timestamp", List.of(Long.toString(TIME)),
                "WEBHOOK-SIGNATURE", List.of(SIGNATURE),
                "Host", List.of("x")));
        headers.put(name, List.of(values));
        return headers;
    }

    private static JsonNode verify(String body, Map<String, List<String>> headers, String secret, long now) {
        return Webhooks.verify(
                body.getBytes(UTF_8), headers, secret, Clock.fixed(Instant.ofEpochSecond(now), ZoneOffset.UTC));
    }

    private static void refuses(String body, Map<String, List<String>> headers, String secret, long now) {
        WearOnException error = catchThrowableOfType(WearOnException.class, () -> verify(body, headers, secret, now));
        assertThat(error).isNotNull();
        assertThat(error.code()).isEqualTo("WEBHOOK_INVALID");
    }

    @Test
    void acceptsTheReferenceVector() {
        assertThat(verify(BODY, headers("Host"), SECRET, TIME).get("test").longValue())
                .isEqualTo(2432232314L);
        assertThat(verify(BODY, headers("Host"), SECRET.substring(6), TIME)).isNotNull();
    }

    @Test
    void acceptsOneOfTwentySignatures() {
        String several = OTHER + " v2," + SIGNATURE.substring(3) + " v1a,abc " + SIGNATURE + " " + OTHER;
        assertThat(verify(BODY, headers("WEBHOOK-SIGNATURE", several), SECRET, TIME))
                .isNotNull();
        assertThat(verify(BODY, headers("WEBHOOK-SIGNATURE", (OTHER + " ").repeat(19) + SIGNATURE), SECRET, TIME))
                .isNotNull();
        refuses(BODY, headers("WEBHOOK-SIGNATURE", (OTHER + " ").repeat(20) + SIGNATURE), SECRET, TIME);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OA=",
                "v2,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                "v1,",
                "v1,ä",
                OTHER
            })
    void refusesOtherSignatures(String signature) {
        refuses(BODY, headers("WEBHOOK-SIGNATURE", signature), SECRET, TIME);
    }

    @Test
    void refusesAChangedBodyIdTimeAndSecret() {
        refuses(BODY + " ", headers("Host"), SECRET, TIME);
        refuses(BODY, headers("Webhook-Id", ID + "x"), SECRET, TIME);
        refuses(BODY, headers("webhook-timestamp", Long.toString(TIME + 1)), SECRET, TIME);
        refuses(BODY, headers("Host"), "whsec_" + Base64.getEncoder().encodeToString(new byte[24]), TIME);
    }

    @Test
    void refusesMessagesOlderOrNewerThanFiveMinutes() {
        verify(BODY, headers("Host"), SECRET, TIME - 300);
        verify(BODY, headers("Host"), SECRET, TIME + 300);
        refuses(BODY, headers("Host"), SECRET, TIME - 301);
        refuses(BODY, headers("Host"), SECRET, TIME + 301);
        WearOnException old = catchThrowableOfType(
                WearOnException.class, () -> Webhooks.verify(BODY.getBytes(UTF_8), headers("Host"), SECRET));
        assertThat(old.code()).isEqualTo("WEBHOOK_INVALID");
    }

    @Test
    void refusesMissingDoubleAndMalformedHeaders() {
        for (String name : List.of("Webhook-Id", "webhook-timestamp", "WEBHOOK-SIGNATURE")) {
            refuses(BODY, headers(name), SECRET, TIME);
            refuses(BODY, headers(name, ""), SECRET, TIME);
        }
        refuses(BODY, headers("webhook-id", ID), SECRET, TIME);
        refuses(BODY, headers("Webhook-Id", ID, ID), SECRET, TIME);
        for (String time : List.of("hello", "1614265330.0", "-1", "١٦", " 1614265330", "9".repeat(400))) {
            refuses(BODY, headers("webhook-timestamp", time), SECRET, TIME);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "null", "hello", "{} {}", "{", "\u00ff"})
    void refusesASignedBodyThatIsNoObject(String body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Base64.getDecoder().decode(SECRET.substring(6)), "HmacSHA256"));
        mac.update((ID + "." + TIME + ".").getBytes(UTF_8));
        String signature = "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body.getBytes(UTF_8)));
        refuses(body, headers("WEBHOOK-SIGNATURE", signature), SECRET, TIME);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "whsec_", "whsec_short", "whsec_!!!MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "ä"})
    void aWrongSecretIsAFaultOfTheReceiver(String secret) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> verify(BODY, headers("Host"), secret, TIME))
                .withMessage("The webhook secret must be whsec_ and base64 of at least 24 bytes.");
    }
}

package dev.wearon.client;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wearon.client.errors.WearOnException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Checks messages that WearOn sends to your server (Standard Webhooks, signature version v1). */
public final class Webhooks {

    private static final Duration TOLERANCE = Duration.ofMinutes(5);
    private static final String PREFIX = "whsec_";
    /** The shortest secret of Standard Webhooks. A shorter one is rather a part of a secret. */
    private static final int SHORTEST_SECRET = 24;
    /** A sender signs with its secret, and with the earlier one while that is rotated. */
    private static final int MOST_SIGNATURES = 20;

    private static final ObjectMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private Webhooks() {}

    /**
     * Returns the JSON object in the body, if its signature is valid and its time differs by at most five minutes. A sender
     * repeats a message with the same {@code webhook-id}: remember the ids that you have processed.
     *
     * @param body the bytes that arrived; JSON that was parsed and written again has another signature
     * @param headers the values of each header, as {@code HttpHeaders.map()} has them; names in any case
     * @param secret {@code whsec_} and base64 of at least 24 bytes
     * @throws WearOnException with {@link WearOnException#WEBHOOK_INVALID}
     */
    public static JsonNode verify(byte[] body, Map<String, List<String>> headers, String secret) {
        return verify(body, headers, secret, Clock.systemUTC());
    }

    static JsonNode verify(byte[] body, Map<String, List<String>> headers, String secret, Clock clock) {
        byte[] key = key(secret);
        String id = header(headers, "webhook-id");
        String timestamp = header(headers, "webhook-timestamp");
        String signatures = header(headers, "webhook-signature");
        if (!timestamp.matches("[0-9]{1,12}")) {
            throw invalid("webhook-timestamp must be a Unix time in seconds.");
        }
        byte[] expected = signature(key, id + "." + timestamp + ".", body);
        // Other versions than v1 are ignored.
        boolean valid = Arrays.stream(signatures.split(" "))
                .limit(MOST_SIGNATURES)
                .filter(signature -> signature.startsWith("v1,"))
                .anyMatch(signature -> MessageDigest.isEqual(expected, decoded(signature.substring(3))));
        if (!valid) {
            throw invalid("No signature of the message matches.");
        }
        if (Math.abs(clock.instant().getEpochSecond() - Long.parseLong(timestamp)) > TOLERANCE.toSeconds()) {
            throw invalid("The message is too old, or its time is in the future.");
        }
        return object(body);
    }

    private static JsonNode object(byte[] body) {
        try {
            JsonNode content = JSON.readTree(body);
            if (content != null && content.isObject()) {
                return content;
            }
        } catch (IOException notJson) {
            // Said below.
        }
        throw invalid("The body is not a JSON object.");
    }

    private static byte[] signature(byte[] key, String prefix, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(prefix.getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static byte[] key(String secret) {
        byte[] key = decoded(secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret);
        if (key.length < SHORTEST_SECRET) {
            // A fault of the receiver's configuration, not of the message.
            throw new IllegalArgumentException("The webhook secret must be whsec_ and base64 of at least 24 bytes.");
        }
        return key;
    }

    private static byte[] decoded(String base64) {
        try {
            return Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException notBase64) {
            return new byte[0];
        }
    }

    private static String header(Map<String, List<String>> headers, String name) {
        List<String> values = headers.entrySet().stream()
                .filter(header -> name.equalsIgnoreCase(header.getKey()))
                .flatMap(header -> header.getValue().stream())
                .toList();
        if (values.size() != 1 || values.get(0).isEmpty()) {
            throw invalid("The message must have exactly one header " + name + ".");
        }
        return values.get(0);
    }

    private static WearOnException invalid(String message) {
        return new WearOnException(WearOnException.WEBHOOK_INVALID, message);
    }
}

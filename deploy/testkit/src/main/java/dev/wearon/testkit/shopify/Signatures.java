package dev.wearon.testkit.shopify;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What Shopify signs with the client secret of an app: webhooks, calls of the app proxy, session tokens. */
public final class Signatures {

    private static final Base64.Encoder BASE64_URL = Base64.getUrlEncoder().withoutPadding();

    private Signatures() {}

    /** The header {@code X-Shopify-Hmac-Sha256}: base64 of the HMAC over the raw bytes. */
    public static String webhook(String secret, byte[] body) {
        return Base64.getEncoder().encodeToString(hmac(secret, body));
    }

    /**
     * The query parameter {@code signature} of the app proxy: hex of the HMAC over the sorted {@code key=value} pairs without a
     * separator, repeated keys joined by a comma, values decoded. An empty value stays.
     */
    public static String proxy(String secret, Map<String, List<String>> query) {
        String signed = query.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + String.join(",", entry.getValue()))
                .sorted()
                .collect(Collectors.joining());
        return HexFormat.of().formatHex(hmac(secret, signed.getBytes(StandardCharsets.UTF_8)));
    }

    /** A session token (JWT, HS256) for a user of {@code shop}'s admin; lives 60 s. */
    public static String sessionToken(String secret, String clientId, String shop, Instant now) {
        return token(secret, """
                {"iss":"https://%s/admin","dest":"https://%s","aud":"%s","sub":"42","exp":%d,"nbf":%d,"iat":%d,"jti":"%s","sid":"%s"}\
                """.formatted(
                        shop,
                        shop,
                        clientId,
                        now.getEpochSecond() + 60,
                        now.getEpochSecond(),
                        now.getEpochSecond(),
                        UUID.randomUUID(),
                        UUID.randomUUID()));
    }

    /** Any claims, also wrong ones. */
    public static String token(String secret, String claims) {
        String signed = base64("{\"alg\":\"HS256\",\"typ\":\"JWT\"}") + "." + base64(claims);
        return signed + "." + BASE64_URL.encodeToString(hmac(secret, signed.getBytes(StandardCharsets.US_ASCII)));
    }

    private static String base64(String text) {
        return BASE64_URL.encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] hmac(String secret, byte[] signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(signed);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

package dev.wearon.acceptance;

import dev.wearon.processes.IdentityKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;

/** Values of an {@code Authorization} header as the services sign them, for tests that speak to a service itself. */
record SignedIdentities(IdentityKeys keys) {

    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
    private static final int LIFETIME_SECONDS = 3600;

    /** A store that pays from its own pool. */
    String store(UUID storeId) {
        return sign("""
                "sub":"%s","groups":["store"],"store_id":"%s","billing_mode":"absorb_mode"
                """.formatted(storeId, storeId), "gateway");
    }

    /** A service acting as itself. */
    String service(String issuer) {
        return sign("\"sub\":\"%s\",\"groups\":[\"service\"]".formatted(issuer), issuer);
    }

    private String sign(String claims, String issuer) {
        try {
            String header = "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}".formatted(keys.nameOf(issuer));
            long now = Instant.now().getEpochSecond();
            String all = "{\"iss\":\"%s\",\"iat\":%d,\"exp\":%d,\"jti\":\"%s\",%s}"
                    .formatted(issuer, now, now + LIFETIME_SECONDS, UUID.randomUUID(), claims);
            String signed = encode(header) + "." + encode(all);
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.readPrivateKey(issuer));
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return "Bearer " + signed + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException | IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String encode(String part) {
        return BASE64.encodeToString(part.getBytes(StandardCharsets.UTF_8));
    }
}

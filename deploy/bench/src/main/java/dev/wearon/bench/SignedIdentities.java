package dev.wearon.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.processes.IdentityKeys;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Identities as the gateway signs them (JWS with RS256), as values of an {@code Authorization} header. They live as long
 * as the longest run, so that none has to be signed while something is measured.
 */
final class SignedIdentities {

    private static final String GATEWAY = "gateway";
    private static final Duration LIFETIME = Duration.ofHours(1);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final PrivateKey key;
    private final String keyName;

    SignedIdentities(IdentityKeys keys) throws IOException {
        this.key = keys.readPrivateKey(GATEWAY);
        this.keyName = keys.nameOf(GATEWAY);
    }

    /** A store that pays from its own pool. */
    String store(UUID storeId) {
        return sign(
                storeId.toString(),
                "store",
                Map.of(
                        "store_id", storeId.toString(),
                        "billing_mode", "absorb_mode",
                        "subscription_tier", "growth",
                        "subscription_status", "active"));
    }

    /** The gateway acting as itself. */
    String service() {
        return sign(GATEWAY, "service", Map.of());
    }

    private String sign(String subject, String group, Map<String, Object> further) {
        Instant now = Instant.now();
        Map<String, Object> claims = new LinkedHashMap<>(further);
        claims.put("iss", GATEWAY);
        claims.put("sub", subject);
        claims.put("groups", List.of(group));
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", now.plus(LIFETIME).getEpochSecond());
        claims.put("jti", UUID.randomUUID().toString());
        try {
            String signed = encode(Map.of("alg", "RS256", "typ", "JWT", "kid", keyName)) + "." + encode(claims);
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(key);
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return "Bearer " + signed + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException | JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static String encode(Map<String, Object> part) throws JsonProcessingException {
        return BASE64.encodeToString(JSON.writeValueAsBytes(part));
    }
}

package dev.wearon.processes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Identities as the services sign them (JWS with RS256), as values of an {@code Authorization} header. Tests and benchmarks
 * that call a service without a gateway send them.
 */
public record SignedIdentities(IdentityKeys keys) {

    /** At least as long as a benchmark, so none is signed during a measurement. */
    private static final Duration LIFETIME = Duration.ofHours(1);

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    /** A store that pays from its own pool. */
    public String store(UUID storeId) {
        return store(storeId, Map.of());
    }

    /** @param terms further claims, for example {@code subscription_tier} */
    public String store(UUID storeId, Map<String, ?> terms) {
        Map<String, Object> claims = new LinkedHashMap<>(terms);
        claims.put("store_id", storeId.toString());
        claims.put("billing_mode", "absorb_mode");
        return sign("gateway", storeId.toString(), "store", claims);
    }

    /** A service that acts for itself: {@code gateway} or {@code generation}. */
    public String service(String issuer) {
        return sign(issuer, issuer, "service", Map.of());
    }

    private String sign(String issuer, String subject, String role, Map<String, ?> further) {
        Instant now = Instant.now();
        Map<String, Object> claims = new LinkedHashMap<>(further);
        claims.put("iss", issuer);
        claims.put("sub", subject);
        claims.put("groups", List.of(role));
        claims.put("iat", now.getEpochSecond());
        claims.put("exp", now.plus(LIFETIME).getEpochSecond());
        claims.put("jti", UUID.randomUUID().toString());
        try {
            String signed =
                    encode(Map.of("alg", "RS256", "typ", "JWT", "kid", keys.nameOf(issuer))) + "." + encode(claims);
            Signature signature = Signature.getInstance("SHA256withRSA");
            signature.initSign(keys.readPrivateKey(issuer));
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return "Bearer " + signed + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException | IOException failed) {
            throw new IllegalStateException("The key of " + issuer + " cannot sign", failed);
        }
    }

    private static String encode(Map<String, ?> part) throws JsonProcessingException {
        return BASE64.encodeToString(JSON.writeValueAsBytes(part));
    }
}

package dev.wearon.gateway.access;

import dev.wearon.http.Problem;
import io.vertx.core.MultiMap;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Checks the signature of an external system; one bean per system, usually the resource that receives its webhooks. */
public interface WebhookSignature {

    /** The path templates of the routes. */
    Set<String> templates();

    /** Refuses every message before its body is read, for example because there is no secret. Empty: it does not. */
    default Optional<Problem> refusal() {
        return Optional.empty();
    }

    /**
     * Verifies the signature.
     *
     * @param body the raw bytes
     */
    boolean matches(MultiMap headers, byte[] body);

    /** Compares in constant time, so that the time does not reveal the right value. */
    static boolean isHmacSha256(byte[] secret, byte[] body, byte[] offered) {
        try {
            Mac hmac = Mac.getInstance("HmacSHA256");
            hmac.init(new SecretKeySpec(secret, hmac.getAlgorithm()));
            return MessageDigest.isEqual(hmac.doFinal(body), offered);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every JDK has HmacSHA256", impossible);
        }
    }
}

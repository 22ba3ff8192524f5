package dev.wearon.gateway.access;

import io.vertx.core.MultiMap;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How a foreign system signs its messages: one bean for each of its routes, as a rule the resource that takes them in. */
public interface WebhookSignature {

    /** Of the route whose messages are signed like this. */
    String template();

    /**
     * Whether the message is what its sender signed. Nothing of it was looked at before.
     *
     * @param body the raw bytes
     */
    boolean fits(MultiMap headers, byte[] body);

    /** Whether {@code offered} is the HMAC-SHA256 of {@code body}; how long that takes tells nothing about the right one. */
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

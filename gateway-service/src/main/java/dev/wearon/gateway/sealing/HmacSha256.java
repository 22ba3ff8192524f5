package dev.wearon.gateway.sealing;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The code by which two sides with the same secret know each other's messages. */
public final class HmacSha256 {

    private HmacSha256() {}

    /** Compares in constant time, so that the time does not reveal the right code. */
    public static boolean matches(byte[] secret, byte[] message, byte[] offered) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, mac.getAlgorithm()));
            return MessageDigest.isEqual(mac.doFinal(message), offered);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("Every JDK has HmacSHA256", impossible);
        }
    }
}

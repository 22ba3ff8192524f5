package dev.wearon.gateway.webhooks;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** Makes the secrets of endpoints, and encrypts them for the database (AES-GCM). */
@Singleton
@Startup
public class WebhookSecrets {

    private static final int SHORTEST_KEY = 32;
    private static final int SECRET_BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final String PREFIX = "whsec_";

    private final SecureRandom random = new SecureRandom();
    private final List<SecretKey> keys;

    @Inject
    WebhookSecrets(WebhooksConfig config) {
        this(config.keys().orElse(List.of()));
    }

    WebhookSecrets(List<String> keys) {
        this.keys = keys.stream().map(WebhookSecrets::key).toList();
    }

    /**
     * A secret of an endpoint.
     *
     * @param value as the store gets it: {@code whsec_} and Base64
     * @param sealed as the database has it
     */
    record New(String value, Buffer sealed) {

        @Override
        public String toString() {
            return "New[not shown]";
        }
    }

    /** The operator has not set a key. */
    boolean isOff() {
        return keys.isEmpty();
    }

    /** @param endpointId the only endpoint for which the sealed secret can be opened */
    New generate(UUID endpointId) {
        byte[] secret = bytes(SECRET_BYTES);
        byte[] nonce = bytes(NONCE_BYTES);
        try {
            byte[] encrypted = cipher(Cipher.ENCRYPT_MODE, keys.getFirst(), endpointId, nonce)
                    .doFinal(secret);
            return new New(
                    PREFIX + Base64.getEncoder().encodeToString(secret),
                    Buffer.buffer(nonce).appendBytes(encrypted));
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /**
     * Decrypts a secret.
     *
     * @return {@code whsec_} and Base64
     * @throws IllegalStateException if none of the keys fits
     */
    public String open(UUID endpointId, Buffer sealed) {
        byte[] nonce = sealed.getBytes(0, NONCE_BYTES);
        byte[] encrypted = sealed.getBytes(NONCE_BYTES, sealed.length());
        for (SecretKey key : keys) {
            try {
                byte[] secret =
                        cipher(Cipher.DECRYPT_MODE, key, endpointId, nonce).doFinal(encrypted);
                return PREFIX + Base64.getEncoder().encodeToString(secret);
            } catch (AEADBadTagException otherKey) {
                // The next one may fit.
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
        throw new IllegalStateException("No key of WEARON_WEBHOOK_KEYS opens the secret of endpoint " + endpointId);
    }

    private byte[] bytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private static Cipher cipher(int mode, SecretKey key, UUID endpointId, byte[] nonce)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(endpointId.getMostSignificantBits())
                .putLong(endpointId.getLeastSignificantBits())
                .array());
        return cipher;
    }

    private static SecretKey key(String text) {
        if (text.strip().length() < SHORTEST_KEY) {
            throw new ConfigurationException("WEARON_WEBHOOK_KEYS must be one or several random secrets of at least "
                    + SHORTEST_KEY + " characters, separated by commas");
        }
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-256").digest(text.strip().getBytes(StandardCharsets.UTF_8));
            return new SecretKeySpec(digest, "AES");
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

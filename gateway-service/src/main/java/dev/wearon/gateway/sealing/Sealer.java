package dev.wearon.gateway.sealing;

import io.quarkus.runtime.configuration.ConfigurationException;
import io.vertx.core.buffer.Buffer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.List;
import java.util.UUID;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts secrets with AES-256-GCM, each for its owner: for another owner it cannot be opened. The first key encrypts, all of them
 * decrypt. The tag of GCM says which key fits, so the ciphertext needs no name of its key.
 */
public final class Sealer {

    private static final int SHORTEST_KEY = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    /** None of the keys opens a secret. */
    public static final class WrongKey extends IllegalStateException {
        private WrongKey(String message) {
            super(message);
        }
    }

    private final SecureRandom random = new SecureRandom();
    private final String variable;
    private final List<SecretKey> keys;

    /** @param variable the name of the keys in messages */
    public Sealer(String variable, List<String> keys) {
        this.variable = variable;
        this.keys = keys.stream().map(this::key).toList();
    }

    /** The operator has not set a key. */
    public boolean isOff() {
        return keys.isEmpty();
    }

    public Buffer seal(UUID owner, byte[] secret) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] encrypted =
                    cipher(Cipher.ENCRYPT_MODE, keys.getFirst(), owner, nonce).doFinal(secret);
            return Buffer.buffer(nonce).appendBytes(encrypted);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** @throws WrongKey if none of the keys fits */
    public byte[] open(UUID owner, Buffer sealed) {
        for (SecretKey key : sealed.length() < NONCE_BYTES ? List.<SecretKey>of() : keys) {
            try {
                return cipher(Cipher.DECRYPT_MODE, key, owner, sealed.getBytes(0, NONCE_BYTES))
                        .doFinal(sealed.getBytes(NONCE_BYTES, sealed.length()));
            } catch (AEADBadTagException otherKey) {
                // The next one may fit.
            } catch (GeneralSecurityException impossible) {
                throw new IllegalStateException(impossible);
            }
        }
        throw new WrongKey("No key of " + variable + " opens the secret of " + owner);
    }

    private static Cipher cipher(int mode, SecretKey key, UUID owner, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(owner.getMostSignificantBits())
                .putLong(owner.getLeastSignificantBits())
                .array());
        return cipher;
    }

    private SecretKey key(String text) {
        if (text.strip().length() < SHORTEST_KEY) {
            throw new ConfigurationException(variable + " must be one or several random secrets of at least "
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

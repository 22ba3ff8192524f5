package dev.wearon.identity;

import io.smallrye.jwt.util.KeyUtils;
import java.security.GeneralSecurityException;
import java.security.KeyPair;

/** Key pairs for all tests, because one takes a second of a processor. */
public final class KeyPairs {

    public static final KeyPair FIRST = make();
    public static final KeyPair SECOND = make();
    public static final KeyPair THIRD = make();

    private KeyPairs() {}

    private static KeyPair make() {
        try {
            return KeyUtils.generateKeyPair(2048);
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

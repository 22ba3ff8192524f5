package dev.wearon.gateway.keys;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/** A well-formed API key in plain text. It is never logged or stored; {@link #toString} shows only the prefix. */
record ApiKey(String value) {

    private static final int RANDOM_BYTES = 16;
    private static final int PREFIX_LENGTH = 16;
    private static final String BEARER = "Bearer ";
    private static final String PREFIX = "wk_";
    private static final int LENGTH = PREFIX.length() + 2 * RANDOM_BYTES;
    private static final SecureRandom RANDOM = new SecureRandom();

    static ApiKey generate() {
        byte[] random = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(random);
        return new ApiKey(PREFIX + HexFormat.of().formatHex(random));
    }

    /** @param authorization all {@code Authorization} headers of the request; there must be exactly one */
    static Optional<ApiKey> fromHeaders(List<String> authorization) {
        if (authorization.size() != 1) {
            return Optional.empty();
        }
        String header = authorization.getFirst();
        return header.startsWith(BEARER) && isWellFormed(header, BEARER.length())
                ? Optional.of(new ApiKey(header.substring(BEARER.length())))
                : Optional.empty();
    }

    /** Without a pattern, because every request is checked. */
    private static boolean isWellFormed(String text, int from) {
        if (text.length() - from != LENGTH || !text.startsWith(PREFIX, from)) {
            return false;
        }
        for (int i = from + PREFIX.length(); i < text.length(); i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** Identifies a key for people without revealing it. */
    String prefix() {
        return value.substring(0, PREFIX_LENGTH);
    }

    /** SHA-256 as 64 lower-case hex digits. The key has 128 random bits, so salt and stretching are not needed. */
    String hash() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.US_ASCII));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public String toString() {
        return prefix() + "…";
    }
}

package dev.wearon.gateway.keys;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A well-formed API key in plain text. It is never logged or stored; {@link #toString} shows only the prefix. */
record ApiKey(String value) {

    private static final int RANDOM_BYTES = 16;
    private static final int PREFIX_LENGTH = 16;
    private static final Pattern BEARER = Pattern.compile("Bearer (wk_[0-9a-f]{32})");
    private static final SecureRandom RANDOM = new SecureRandom();

    static ApiKey generate() {
        byte[] random = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(random);
        return new ApiKey("wk_" + HexFormat.of().formatHex(random));
    }

    /** @param authorization all {@code Authorization} headers of the request; there must be exactly one */
    static Optional<ApiKey> fromHeaders(List<String> authorization) {
        if (authorization.size() != 1) {
            return Optional.empty();
        }
        var bearer = BEARER.matcher(authorization.getFirst());
        return bearer.matches() ? Optional.of(new ApiKey(bearer.group(1))) : Optional.empty();
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

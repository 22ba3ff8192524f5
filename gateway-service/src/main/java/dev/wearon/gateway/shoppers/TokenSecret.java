package dev.wearon.gateway.shoppers;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** A well-formed shopper token in plain text. It is never logged or stored; {@link #toString} does not show it. */
record TokenSecret(String value) {

    private static final int RANDOM_BYTES = 16;
    private static final String BEARER = "Bearer ";
    private static final String PREFIX = "wst_";
    private static final Pattern WELL_FORMED = Pattern.compile(BEARER + PREFIX + "[0-9a-f]{" + 2 * RANDOM_BYTES + "}");
    private static final SecureRandom RANDOM = new SecureRandom();

    static TokenSecret generate() {
        byte[] random = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(random);
        return new TokenSecret(PREFIX + HexFormat.of().formatHex(random));
    }

    /** Whether the caller means a shopper token, well-formed or not. */
    static boolean isOffered(List<String> authorization) {
        return authorization.size() == 1 && authorization.getFirst().startsWith(BEARER + PREFIX);
    }

    /** @param authorization all {@code Authorization} headers of the request; there must be exactly one */
    static Optional<TokenSecret> fromHeaders(List<String> authorization) {
        return isOffered(authorization)
                        && WELL_FORMED.matcher(authorization.getFirst()).matches()
                ? Optional.of(new TokenSecret(authorization.getFirst().substring(BEARER.length())))
                : Optional.empty();
    }

    /** SHA-256 as 64 lower-case hex digits. The token has 128 random bits, so salt and stretching are not needed. */
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
        return PREFIX + "…";
    }
}

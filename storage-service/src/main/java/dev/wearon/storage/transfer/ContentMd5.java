package dev.wearon.storage.transfer;

import dev.wearon.http.Problem;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/** Compares the bytes of a body, as they pass, with the header {@code Content-MD5} (RFC 1864). */
final class ContentMd5 {

    private static final String HEADER = "Content-MD5";
    private static final int BYTES = 16;

    /** The bytes have another checksum than the header says. */
    static final class Mismatch extends RuntimeException {

        Mismatch() {
            super("The body has another checksum than its header", null, false, false);
        }
    }

    private final byte[] expected;
    private final MessageDigest digest = md5();

    private ContentMd5(byte[] expected) {
        this.expected = expected;
    }

    /**
     * @return empty if the request has no such header
     * @throws Problem if the header is malformed or repeated
     */
    static Optional<ContentMd5> of(HttpServerRequest request) {
        List<String> headers = request.headers().getAll(HEADER);
        if (headers.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(headers.getFirst())
                .filter(only -> headers.size() == 1)
                .flatMap(ContentMd5::decoded)
                .map(ContentMd5::new)
                .or(() -> {
                    throw Problem.invalid(
                            "Content-MD5 must be one header with the Base64 of 16 bytes. Nothing was stored.");
                });
    }

    private static Optional<byte[]> decoded(String text) {
        try {
            return Optional.of(Base64.getDecoder().decode(text.strip())).filter(bytes -> bytes.length == BYTES);
        } catch (IllegalArgumentException noBase64) {
            return Optional.empty();
        }
    }

    void update(Buffer chunk) {
        digest.update(chunk.getBytes());
    }

    /** Must be called after the last byte. */
    void finish() {
        if (!MessageDigest.isEqual(digest.digest(), expected)) {
            throw new Mismatch();
        }
    }

    private static MessageDigest md5() {
        try {
            return MessageDigest.getInstance("MD5");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

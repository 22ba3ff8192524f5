package dev.wearon.storage.objects;

import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Looks at the bytes of one object while they pass: how many, what they hash to, whether they begin like what they are
 * said to be. What must not pass ends the stream with a {@link Refusal}: a stream has no other way to end early.
 */
final class Inspection {

    /** Carries the reason out of the stream; {@link Intake} turns it back into a value. */
    static final class Refusal extends RuntimeException {

        private final Stored.Reason reason;

        Refusal(Stored.Reason reason) {
            super(reason.name(), null, false, false);
            this.reason = reason;
        }

        Stored.Reason reason() {
            return reason;
        }
    }

    private final ImageType type;
    private final long maxBytes;
    private final MessageDigest sha256 = sha256();
    private final Buffer head = Buffer.buffer(ImageType.HEAD_BYTES);
    private long size;

    Inspection(ImageType type, long maxBytes) {
        this.type = type;
        this.maxBytes = maxBytes;
    }

    void pass(Buffer chunk) {
        boolean known = head.length() == ImageType.HEAD_BYTES;
        size += chunk.length();
        if (size > maxBytes) {
            throw new Refusal(Stored.Reason.TOO_LARGE);
        }
        sha256.update(chunk.getBytes());
        if (!known) {
            head.appendBuffer(chunk, 0, Math.min(chunk.length(), ImageType.HEAD_BYTES - head.length()));
            if (head.length() == ImageType.HEAD_BYTES) {
                requireType();
            }
        }
    }

    /** After the last byte. */
    void end() {
        if (size == 0) {
            throw new Refusal(Stored.Reason.EMPTY);
        }
        requireType();
    }

    long size() {
        return size;
    }

    /** Of all bytes; may be asked once. */
    String hash() {
        return HexFormat.of().formatHex(sha256.digest());
    }

    private void requireType() {
        if (!type.begins(head.getBytes())) {
            throw new Refusal(Stored.Reason.NOT_THIS_TYPE);
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

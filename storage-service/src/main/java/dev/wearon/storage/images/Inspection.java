package dev.wearon.storage.images;

import io.vertx.core.buffer.Buffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Inspects the bytes of one file as they pass: their number, their hash, and whether they are an image of the declared
 * type. A {@link RejectedException} ends the stream.
 */
public final class Inspection {

    private final Limits limits;
    private final ImageParser parser;
    private final MessageDigest sha256 = sha256();
    private long size;

    public Inspection(ImageType type, Limits limits) {
        this.limits = limits;
        this.parser = new ImageParser(type, limits);
    }

    public void update(Buffer chunk) {
        size += chunk.length();
        if (size > limits.maxBytes()) {
            throw new RejectedException(new Rejection.TooLarge(limits.maxBytes()));
        }
        byte[] bytes = chunk.getBytes();
        sha256.update(bytes);
        parser.feed(bytes);
    }

    /** Must be called after the last byte. */
    public void finish() {
        if (size == 0) {
            throw new RejectedException(new Rejection.Empty());
        }
        parser.finish();
    }

    public long size() {
        return size;
    }

    /** Returns the SHA-256 of all bytes. The caller may call it only once. */
    public String hash() {
        return HexFormat.of().formatHex(sha256.digest());
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

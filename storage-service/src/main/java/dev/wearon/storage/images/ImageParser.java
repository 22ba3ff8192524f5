package dev.wearon.storage.images;

import java.nio.ByteBuffer;

/** Parses one image and its trailer from pieces of any size. */
final class ImageParser {

    private final ImageType type;
    private final TrailerScanner trailer = new TrailerScanner();
    private Step step;
    private ByteBuffer buffer = ByteBuffer.allocate(0);

    ImageParser(ImageType type, Limits limits) {
        this.type = type;
        advance(type.firstStep(limits));
    }

    void feed(byte[] bytes) {
        int at = 0;
        while (at < bytes.length) {
            at = switch (step) {
                case Step.Read read -> read(read, bytes, at);
                case Step.Skip skip -> skip(skip, bytes, at);
                case Step.Find find -> find(find, bytes, at);
                case Step.End end -> trailer.feed(bytes, at);
                case Step.Wrong wrong -> throw new RejectedException(new Rejection.WrongType(type));
                case Step.Reject reject -> throw new RejectedException(reject.rejection());
            };
        }
    }

    /** Must be called after the last byte. */
    void finish() {
        switch (step) {
            case Step.End end -> {}
            case Step.Wrong wrong -> throw new RejectedException(new Rejection.WrongType(type));
            case Step.Reject reject -> throw new RejectedException(reject.rejection());
            case Step.Read read -> throw new RejectedException(new Rejection.Incomplete());
            case Step.Skip skip -> throw new RejectedException(new Rejection.Incomplete());
            case Step.Find find -> throw new RejectedException(new Rejection.Incomplete());
        }
    }

    private int read(Step.Read read, byte[] bytes, int from) {
        int length = Math.min(buffer.remaining(), bytes.length - from);
        buffer.put(bytes, from, length);
        if (!buffer.hasRemaining()) {
            advance(read.next().apply(buffer.flip()));
        }
        return from + length;
    }

    private int skip(Step.Skip skip, byte[] bytes, int from) {
        int length = (int) Math.min(skip.bytes(), bytes.length - from);
        advance(Step.skip(skip.bytes() - length, skip.next()));
        return from + length;
    }

    private int find(Step.Find find, byte[] bytes, int from) {
        for (int at = from; at < bytes.length; at++) {
            if (bytes[at] == find.value()) {
                advance(find.next().get());
                return at + 1;
            }
        }
        return bytes.length;
    }

    private void advance(Step next) {
        step = next;
        if (next instanceof Step.Read read) {
            buffer = ByteBuffer.allocate(read.bytes());
        }
    }
}

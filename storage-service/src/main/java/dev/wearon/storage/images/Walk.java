package dev.wearon.storage.images;

import java.nio.ByteBuffer;

/** Goes through one image as its bytes come, in pieces of any size, and into what lies behind it. */
final class Walk {

    private final ImageType type;
    private final Trailer trailer = new Trailer();
    private Step step;
    private ByteBuffer held = ByteBuffer.allocate(0);

    Walk(ImageType type, Limits limits) {
        this.type = type;
        turn(type.walk(limits));
    }

    void pass(byte[] bytes) {
        int at = 0;
        while (at < bytes.length) {
            at = switch (step) {
                case Step.Read read -> read(read, bytes, at);
                case Step.Skip skip -> skip(skip, bytes, at);
                case Step.Find find -> find(find, bytes, at);
                case Step.End end -> trailer.pass(bytes, at);
                case Step.Wrong wrong -> throw new Refusal(new Flaw.NotThisType(type));
                case Step.Refuse refuse -> throw new Refusal(refuse.flaw());
            };
        }
    }

    /** After the last byte. */
    void end() {
        switch (step) {
            case Step.End end -> {}
            case Step.Wrong wrong -> throw new Refusal(new Flaw.NotThisType(type));
            case Step.Refuse refuse -> throw new Refusal(refuse.flaw());
            case Step.Read read -> throw new Refusal(new Flaw.Incomplete());
            case Step.Skip skip -> throw new Refusal(new Flaw.Incomplete());
            case Step.Find find -> throw new Refusal(new Flaw.Incomplete());
        }
    }

    private int read(Step.Read read, byte[] bytes, int from) {
        int length = Math.min(held.remaining(), bytes.length - from);
        held.put(bytes, from, length);
        if (!held.hasRemaining()) {
            turn(read.next().apply(held.flip()));
        }
        return from + length;
    }

    private int skip(Step.Skip skip, byte[] bytes, int from) {
        int length = (int) Math.min(skip.bytes(), bytes.length - from);
        turn(Step.skip(skip.bytes() - length, skip.next()));
        return from + length;
    }

    private int find(Step.Find find, byte[] bytes, int from) {
        for (int at = from; at < bytes.length; at++) {
            if (bytes[at] == find.value()) {
                turn(find.next().get());
                return at + 1;
            }
        }
        return bytes.length;
    }

    private void turn(Step next) {
        step = next;
        if (next instanceof Step.Read read) {
            held = ByteBuffer.allocate(read.bytes());
        }
    }
}

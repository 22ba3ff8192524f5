package dev.wearon.storage.images;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** Parses one image and its trailer from pieces of any size. */
final class ImageParser {

    private final ImageType type;
    private final TrailerScanner trailer = new TrailerScanner();
    /** The first bytes of the file, until they show its type; then null. */
    private byte[] head = {};

    private Step step;
    private ByteBuffer buffer = ByteBuffer.allocate(0);
    /**
     * Searches all bytes from the first pixels of a file that may end without an end marker, because nothing says where its
     * pixels end and its trailer begins. Null before these bytes, and after an end marker.
     */
    private TrailerScanner unended;

    private Optional<String> foundUnended = Optional.empty();

    ImageParser(ImageType type, Limits limits) {
        this.type = type;
        advance(type.firstStep(limits));
    }

    void feed(byte[] bytes) {
        if (head == null) {
            parse(bytes);
            return;
        }
        int known = head.length;
        head = Arrays.copyOf(head, known + bytes.length);
        System.arraycopy(bytes, 0, head, known, bytes.length);
        if (head.length >= ImageType.SIGNATURE_BYTES) {
            recognise(head.length >= FileHead.BYTES);
        }
    }

    /** Must be called after the last byte. */
    void finish() {
        if (head != null) {
            recognise(true);
        }
        boolean ended =
                switch (step) {
                    case Step.End end -> true;
                    case Step.Read read -> read.mayEnd() && endsAlone();
                    case Step.Find find -> find.mayEnd() && endsAlone();
                    case Step.Skip skip -> false;
                    case Step.Reject reject -> throw new RejectedException(reject.rejection());
                };
        if (!ended) {
            throw new RejectedException(new Rejection.Incomplete());
        }
    }

    private boolean endsAlone() {
        foundUnended.ifPresent(what -> {
            throw new RejectedException(new Rejection.ForbiddenTrailer(what));
        });
        return true;
    }

    /** @param enough whether the first bytes are as many as the recognition of a format that is not accepted may need */
    private void recognise(boolean enough) {
        Optional<ImageType> found = ImageType.of(head);
        if (found.isEmpty()) {
            if (enough) {
                throw new RejectedException(
                        type.mayBegin(head)
                                ? new Rejection.Incomplete()
                                : new Rejection.ForeignFormat(type, FileHead.format(head)));
            }
            return;
        }
        if (found.get() != type) {
            throw new RejectedException(new Rejection.OtherType(type, found.get()));
        }
        byte[] first = head;
        head = null;
        parse(first);
    }

    private void parse(byte[] bytes) {
        int searchFrom = 0;
        int at = 0;
        while (at < bytes.length) {
            if (unended == null && step instanceof Step.Read read && read.beginsPixels()) {
                unended = new TrailerScanner();
                searchFrom = at;
            }
            at = switch (step) {
                case Step.Read read -> read(read, bytes, at);
                case Step.Skip skip -> skip(skip, bytes, at);
                case Step.Find find -> find(find, bytes, at);
                case Step.End end -> trailer(bytes, at);
                case Step.Reject reject -> throw new RejectedException(reject.rejection());
            };
        }
        if (unended != null && foundUnended.isEmpty()) {
            foundUnended = unended.search(bytes, searchFrom);
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

    /** The image has ended, so only the bytes behind its end matter. */
    private int trailer(byte[] bytes, int from) {
        unended = null;
        foundUnended = Optional.empty();
        trailer.search(bytes, from).ifPresent(what -> {
            throw new RejectedException(new Rejection.ForbiddenTrailer(what));
        });
        return bytes.length;
    }

    private void advance(Step next) {
        step = next;
        if (next instanceof Step.Read read) {
            buffer = ByteBuffer.allocate(read.bytes());
        }
    }
}

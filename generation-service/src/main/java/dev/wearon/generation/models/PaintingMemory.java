package dev.wearon.generation.models;

import dev.wearon.generation.painting.Composition;
import dev.wearon.generation.photos.PhotoReader.Opened.Photo;
import java.util.List;
import java.util.concurrent.Semaphore;

/**
 * Bounds the memory of all paintings of this process together. A painting takes its share once, before it decodes, so two
 * paintings never wait for each other. One that needs more than there is gets everything, and is then alone.
 */
final class PaintingMemory {

    private static final long MIB = 1 << 20;

    /** What composing takes for each byte of the two large photos: cut-out, blurred planes, reduced copies. */
    private static final int COMPOSING = 3;

    /** The picture, its layers, and the sketches in which the person is searched, whatever the size of the photos. */
    private static final long PICTURE = 64 * MIB;

    private final int all;
    private final Semaphore free;

    PaintingMemory(long bytes) {
        all = (int) Math.max(1, bytes / MIB);
        // Fair: large paintings are not overtaken for ever.
        free = new Semaphore(all, true);
    }

    /** An upper bound of what the painting takes. The photos are decoded one after the other, then composed. */
    static long need(List<Photo> photos) {
        long kept = 0;
        long decoding = 0;
        long composing = 0;
        for (int i = 0; i < photos.size(); i++) {
            int longestSide = longestSide(i);
            decoding = Math.max(decoding, kept + photos.get(i).decodingMemory(longestSide));
            kept += photos.get(i).resultMemory(longestSide);
            composing += i < 2 ? COMPOSING * photos.get(i).resultMemory(longestSide) : 0;
        }
        return Math.max(decoding, kept + composing + PICTURE);
    }

    /** Accessories are shown small. Ten large photos at once would not fit in the heap. */
    static int longestSide(int index) {
        return index < 2 ? Composition.MAX_PHOTO_SIDE : Composition.MAX_ACCESSORY_SIDE;
    }

    /** Waits until there is room. The caller closes the share. */
    Share take(long bytes) throws InterruptedException {
        int units = (int) Math.clamp(Math.ceilDiv(bytes, MIB), 1, all);
        free.acquire(units);
        return () -> free.release(units);
    }

    interface Share extends AutoCloseable {
        @Override
        void close();
    }
}

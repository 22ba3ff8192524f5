package dev.wearon.generation.models;

import dev.wearon.generation.garments.Cutout;
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

    /**
     * What the search for the outline takes for each byte of the copy of the garment, as measured: masks, blurred and distance
     * planes.
     */
    private static final int CUT_OUT = 23;

    /** The picture, its layers, and the sketches in which the person is searched, whatever the size of the photos. */
    private static final long PICTURE = 68 * MIB;

    private final int all;
    private final Semaphore free;

    PaintingMemory(long bytes) {
        all = (int) Math.max(1, bytes / MIB);
        // Fair: large paintings are not overtaken for ever.
        free = new Semaphore(all, true);
    }

    /**
     * An upper bound of what the painting takes. The photos are decoded one after the other. Then the garment is cut out, and
     * after that the picture is drawn.
     */
    static long need(List<Photo> photos) {
        long kept = photos.stream().mapToLong(Photo::size).sum();
        long decoding = 0;
        long composing = PICTURE;
        for (int i = 0; i < photos.size(); i++) {
            Photo photo = photos.get(i);
            int longestSide = longestSide(i);
            decoding = Math.max(decoding, kept + photo.decodingMemory(longestSide));
            kept += photo.resultMemory(longestSide);
            if (i == 1) {
                composing = Math.max(composing, CUT_OUT * photo.scaledMemory(Cutout.MAX_SIDE));
            } else if (i > 1) {
                // Its cut-out is as large as the photo at most.
                composing += photo.resultMemory(longestSide);
            }
        }
        return Math.max(decoding, kept + composing);
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

package dev.wearon.generation.photos.webp;

/** Takes the rows of a picture, from top to bottom. It may throw to stop the decoder. */
@FunctionalInterface
public interface RowSink {

    /** @param argb the row; the decoder uses the array again */
    void row(int y, int[] argb);
}

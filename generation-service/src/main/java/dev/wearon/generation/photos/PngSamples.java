package dev.wearon.generation.photos;

import dev.wearon.generation.photos.Pixels.Model;
import java.io.IOException;

/** How the rows of a PNG hold pixels: kind, bits, palette and transparency. */
final class PngSamples {

    private static final int GREY = 0;
    private static final int RGB = 2;
    private static final int PALETTE = 3;
    private static final int GREY_WITH_ALPHA = 4;
    private static final int RGB_WITH_ALPHA = 6;

    private final int kind;
    private final int depth;
    private final int channels;

    /** ARGB; only for a palette. */
    private final int[] palette = new int[256];

    /** The samples of the colour that is transparent; null: none. */
    private final int[] transparent;

    private PngSamples(int kind, int depth, byte[] colours, byte[] transparency) throws IOException {
        this.kind = kind;
        this.depth = depth;
        channels = switch (kind) {
            case GREY, PALETTE -> 1;
            case GREY_WITH_ALPHA -> 2;
            case RGB -> 3;
            default -> 4;
        };
        if (kind == PALETTE) {
            fillPalette(colours, transparency);
        }
        boolean mayBeKeyed =
                (kind == GREY || kind == RGB) && transparency != null && transparency.length >= 2 * channels;
        transparent = mayBeKeyed ? new int[channels] : null;
        for (int i = 0; mayBeKeyed && i < channels; i++) {
            int value = (transparency[2 * i] & 0xFF) << 8 | transparency[2 * i + 1] & 0xFF;
            transparent[i] = value & (1 << depth) - 1;
        }
    }

    static PngSamples of(int kind, int depth, byte[] palette, byte[] transparency) throws IOException {
        boolean allowed =
                switch (kind) {
                    case GREY -> depth == 1 || depth == 2 || depth == 4 || depth == 8 || depth == 16;
                    case PALETTE -> depth == 1 || depth == 2 || depth == 4 || depth == 8;
                    case RGB, GREY_WITH_ALPHA, RGB_WITH_ALPHA -> depth == 8 || depth == 16;
                    default -> false;
                };
        if (!allowed || kind == PALETTE && palette == null) {
            throw new IOException("its header is damaged");
        }
        return new PngSamples(kind, depth, palette, transparency);
    }

    /** Places without a colour are opaque black. */
    private void fillPalette(byte[] colours, byte[] transparency) {
        for (int i = 0; i < palette.length; i++) {
            int alpha = transparency != null && i < transparency.length ? transparency[i] & 0xFF : 0xFF;
            palette[i] = alpha << 24;
            if (3 * i + 2 < colours.length) {
                palette[i] |=
                        (colours[3 * i] & 0xFF) << 16 | (colours[3 * i + 1] & 0xFF) << 8 | colours[3 * i + 2] & 0xFF;
            }
        }
    }

    Model model() {
        return kind == GREY || kind == GREY_WITH_ALPHA ? Model.GREY : Model.RGB;
    }

    int bytesInRow(int columns) {
        return (columns * channels * depth + 7) / 8;
    }

    /** The distance to the byte of the same channel in the pixel before; 1 for pixels that share a byte. */
    int bytesInPixel() {
        return Math.max(1, channels * depth / 8);
    }

    int argb(byte[] row, int column) {
        int first = column * channels;
        if (kind == PALETTE) {
            return palette[sample(row, first)];
        }
        boolean isTransparent = transparent != null;
        for (int i = 0; isTransparent && i < transparent.length; i++) {
            isTransparent = sample(row, first + i) == transparent[i];
        }
        int colours = channels < 3 ? 1 : 3;
        int rgb = 0;
        for (int i = 0; i < 3; i++) {
            rgb = rgb << 8 | toByte(sample(row, first + (colours == 1 ? 0 : i)));
        }
        int alpha = channels > colours ? toByte(sample(row, first + colours)) : isTransparent ? 0 : 255;
        return alpha << 24 | rgb;
    }

    private int sample(byte[] row, int index) {
        if (depth == 8) {
            return row[index] & 0xFF;
        }
        if (depth == 16) {
            return (row[2 * index] & 0xFF) << 8 | row[2 * index + 1] & 0xFF;
        }
        int bit = index * depth;
        return row[bit / 8] >> 8 - depth - bit % 8 & (1 << depth) - 1;
    }

    private int toByte(int sample) {
        return depth == 8 ? sample : (sample * 255 + ((1 << depth) - 1) / 2) / ((1 << depth) - 1);
    }
}

package dev.wearon.generation.photos;

import java.awt.image.BufferedImage;
import java.awt.image.ColorModel;
import java.awt.image.DataBufferInt;
import java.awt.image.Raster;

/**
 * Decoded pixels, row by row.
 *
 * @param values ARGB, not premultiplied; grey has the same red, green and blue. For {@link Model#CMYK} the inks cyan, magenta,
 *     yellow and black instead, 255 is full ink
 */
record Pixels(int width, int height, Model model, int[] values) {

    enum Model {
        GREY,
        RGB,
        CMYK
    }

    Pixels(int width, int height, Model model) {
        this(width, height, model, new int[width * height]);
    }

    /** The number of pixels that remain of {@code size} if only the first of {@code step} is read. */
    static int kept(int size, int step) {
        return Math.ceilDiv(size, step);
    }

    /** Turns pixels that are stored in this orientation. */
    Pixels upright(int orientation) {
        if (orientation < 2 || orientation > 8) {
            return this;
        }
        boolean lying = orientation >= 5;
        boolean fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        boolean fromBottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        Pixels upright = new Pixels(lying ? height : width, lying ? width : height, model);
        for (int y = 0; y < upright.height; y++) {
            Interruption.check();
            for (int x = 0; x < upright.width; x++) {
                int column = lying ? y : x;
                int row = lying ? x : y;
                int fromColumn = fromRight ? width - 1 - column : column;
                int fromRow = fromBottom ? height - 1 - row : row;
                upright.values[y * upright.width + x] = values[fromRow * width + fromColumn];
            }
        }
        return upright;
    }

    /** An image of type {@link BufferedImage#TYPE_INT_ARGB} that uses the same memory. */
    BufferedImage image() {
        DataBufferInt buffer = new DataBufferInt(values, values.length);
        int[] masks = {0xFF0000, 0xFF00, 0xFF, 0xFF000000};
        return new BufferedImage(
                ColorModel.getRGBdefault(),
                Raster.createPackedRaster(buffer, width, height, width, masks, null),
                false,
                null);
    }
}

package dev.wearon.generation.photos;

import dev.wearon.generation.photos.Pixels.Model;
import java.awt.color.ColorSpace;
import java.awt.color.ICC_ColorSpace;
import java.awt.color.ICC_Profile;
import java.awt.image.ColorConvertOp;
import java.awt.image.DataBuffer;
import java.awt.image.DataBufferByte;
import java.awt.image.Raster;
import java.awt.image.WritableRaster;
import java.util.Arrays;

/** Converts pixels to sRGB, in place. */
final class SrgbConversion {

    /** The rows that are converted at once. The conversion needs 8 bytes for each pixel. */
    private static final int STRIP = 64;

    private SrgbConversion() {}

    static Pixels convert(Pixels pixels, Colours colours) {
        ICC_Profile profile = colours.icc() == null ? null : profile(pixels.model(), colours.icc());
        ColorConvertOp conversion = profile == null ? null : conversion(profile);
        if (conversion != null) {
            convert(pixels, conversion, profile.getNumComponents());
            return new Pixels(pixels.width(), pixels.height(), Model.RGB, pixels.values());
        }
        if (pixels.model() == Model.CMYK) {
            mixInks(pixels.values());
        } else if (colours.gamma() > 0 || colours.chromaticities() != null) {
            new ToneAndPrimaries(colours).convert(pixels.values());
        }
        return new Pixels(pixels.width(), pixels.height(), Model.RGB, pixels.values());
    }

    /** Without a profile the inks are light that is missing, as in browsers. */
    private static void mixInks(int[] values) {
        for (int i = 0; i < values.length; i++) {
            int light = 255 - (values[i] & 0xFF);
            int rgb = 0;
            for (int shift = 24; shift > 0; shift -= 8) {
                rgb = rgb << 8 | ((255 - (values[i] >> shift & 0xFF)) * light + 127) / 255;
            }
            values[i] = 0xFF000000 | rgb;
        }
    }

    /** Null if the profile is broken or for other pixels. */
    private static ICC_Profile profile(Model model, byte[] icc) {
        try {
            ICC_Profile profile = ICC_Profile.getInstance(icc);
            int type = profile.getColorSpaceType();
            boolean fits =
                    switch (model) {
                        case GREY -> type == ColorSpace.TYPE_GRAY || type == ColorSpace.TYPE_RGB;
                        case RGB -> type == ColorSpace.TYPE_RGB;
                        case CMYK -> type == ColorSpace.TYPE_CMYK;
                    };
            return fits && describesDevice(profile) ? profile : null;
        } catch (RuntimeException broken) {
            return null;
        }
    }

    /** Null if the profile is broken. It is read whole at the first pixel, so a black one is converted. */
    private static ColorConvertOp conversion(ICC_Profile profile) {
        try {
            ICC_Profile srgb = ((ICC_ColorSpace) ColorSpace.getInstance(ColorSpace.CS_sRGB)).getProfile();
            ColorConvertOp conversion = new ColorConvertOp(new ICC_Profile[] {profile, srgb}, null);
            int bands = profile.getNumComponents();
            conversion.filter(raster(new byte[bands], 1, 1, bands), raster(new byte[3], 1, 1, 3));
            return conversion;
        } catch (RuntimeException broken) {
            // Little CMS throws any kind of exception. The pixels are good.
            return null;
        }
    }

    private static boolean describesDevice(ICC_Profile profile) {
        return switch (profile.getProfileClass()) {
            case ICC_Profile.CLASS_INPUT,
                    ICC_Profile.CLASS_DISPLAY,
                    ICC_Profile.CLASS_OUTPUT,
                    ICC_Profile.CLASS_COLORSPACECONVERSION -> true;
            default -> false;
        };
    }

    private static void convert(Pixels pixels, ColorConvertOp conversion, int bands) {
        int width = pixels.width();
        for (int top = 0; top < pixels.height(); top += STRIP) {
            Interruption.check();
            int rows = Math.min(STRIP, pixels.height() - top);
            int start = top * width;
            byte[] from = new byte[rows * width * bands];
            for (int i = 0; i < rows * width; i++) {
                int value = pixels.values()[start + i];
                for (int band = 0; band < bands; band++) {
                    // Grey with a profile for grey has one band, RGB three, inks four.
                    int shift = bands == 1 ? 0 : 8 * (bands - 1 - band);
                    from[i * bands + band] = (byte) (value >> shift);
                }
            }
            WritableRaster source = raster(from, width, rows, bands);
            byte[] to = new byte[rows * width * 3];
            conversion.filter(source, raster(to, width, rows, 3));
            boolean opaque = pixels.model() == Model.CMYK;
            for (int i = 0; i < rows * width; i++) {
                int alpha = opaque ? 0xFF000000 : pixels.values()[start + i] & 0xFF000000;
                pixels.values()[start + i] =
                        alpha | (to[3 * i] & 0xFF) << 16 | (to[3 * i + 1] & 0xFF) << 8 | to[3 * i + 2] & 0xFF;
            }
        }
    }

    private static WritableRaster raster(byte[] bytes, int width, int rows, int bands) {
        int[] offsets = new int[bands];
        Arrays.setAll(offsets, band -> band);
        DataBuffer buffer = new DataBufferByte(bytes, bytes.length);
        return Raster.createInterleavedRaster(buffer, width, rows, width * bands, bands, offsets, null);
    }
}

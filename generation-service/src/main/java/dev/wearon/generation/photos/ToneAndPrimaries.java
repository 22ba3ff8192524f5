package dev.wearon.generation.photos;

/** Converts RGB with another exponent or other primaries to sRGB: what PNG's gAMA and cHRM describe. */
final class ToneAndPrimaries {

    /** x and y of white (D65), red, green and blue. */
    private static final double[] SRGB = {0.3127, 0.3290, 0.64, 0.33, 0.30, 0.60, 0.15, 0.06};

    /** From XYZ to the cones of the eye (Bradford). */
    private static final double[][] CONES = {
        {0.8951, 0.2664, -0.1614}, {-0.7502, 1.7135, 0.0367}, {0.0389, -0.0685, 1.0296}
    };

    /** The steps between black and white at which sRGB's exponent is tabulated. */
    private static final int STEPS = 8192;

    private final float[] toLight = new float[256];
    private final byte[] fromLight = new byte[STEPS + 1];

    /** Null: the primaries are those of sRGB. */
    private final double[][] matrix;

    ToneAndPrimaries(Colours colours) {
        for (int i = 0; i < 256; i++) {
            double value = i / 255.0;
            toLight[i] = (float) (colours.gamma() > 0 ? Math.pow(value, 1 / colours.gamma()) : srgbToLight(value));
        }
        for (int i = 0; i <= STEPS; i++) {
            // The table is by the square root of light, because dark values are closer together.
            double light = Math.pow((double) i / STEPS, 2);
            fromLight[i] = (byte) Math.round(255 * lightToSrgb(light));
        }
        matrix = colours.chromaticities() == null ? null : matrixFrom(colours.chromaticities());
    }

    void convert(int[] values) {
        for (int i = 0; i < values.length; i++) {
            if ((i & 0xFFFF) == 0) {
                Interruption.check();
            }
            double red = toLight[values[i] >> 16 & 0xFF];
            double green = toLight[values[i] >> 8 & 0xFF];
            double blue = toLight[values[i] & 0xFF];
            int rgb = matrix == null
                    ? srgb(red) << 16 | srgb(green) << 8 | srgb(blue)
                    : mixed(0, red, green, blue) << 16 | mixed(1, red, green, blue) << 8 | mixed(2, red, green, blue);
            values[i] = values[i] & 0xFF000000 | rgb;
        }
    }

    private int mixed(int row, double red, double green, double blue) {
        return srgb(matrix[row][0] * red + matrix[row][1] * green + matrix[row][2] * blue);
    }

    private int srgb(double light) {
        return fromLight[(int) Math.round(Math.sqrt(Math.clamp(light, 0, 1)) * STEPS)] & 0xFF;
    }

    private static double srgbToLight(double value) {
        return value <= 0.04045 ? value / 12.92 : Math.pow((value + 0.055) / 1.055, 2.4);
    }

    private static double lightToSrgb(double light) {
        return light <= 0.0031308 ? light * 12.92 : 1.055 * Math.pow(light, 1 / 2.4) - 0.055;
    }

    /** Null for primaries that span no colours. */
    private static double[][] matrixFrom(double[] chromaticities) {
        double[][] from = toXyz(chromaticities);
        double[][] to = inverse(toXyz(SRGB));
        double[] whiteThere = times(CONES, white(chromaticities));
        double[] whiteHere = times(CONES, white(SRGB));
        double[][] scale = new double[3][3];
        for (int i = 0; i < 3; i++) {
            scale[i][i] = whiteHere[i] / whiteThere[i];
        }
        double[][] adapted = times(inverse(CONES), times(scale, CONES));
        double[][] result = times(to, times(adapted, from));
        for (double[] row : result) {
            for (double factor : row) {
                if (!Double.isFinite(factor)) {
                    return null;
                }
            }
        }
        return result;
    }

    private static double[][] toXyz(double[] c) {
        double[][] primaries = new double[3][3];
        for (int i = 0; i < 3; i++) {
            double x = c[2 + 2 * i];
            double y = c[3 + 2 * i];
            primaries[0][i] = x / y;
            primaries[1][i] = 1;
            primaries[2][i] = (1 - x - y) / y;
        }
        double[] light = times(inverse(primaries), white(c));
        for (double[] row : primaries) {
            for (int i = 0; i < 3; i++) {
                row[i] *= light[i];
            }
        }
        return primaries;
    }

    private static double[] white(double[] c) {
        return new double[] {c[0] / c[1], 1, (1 - c[0] - c[1]) / c[1]};
    }

    private static double[] times(double[][] matrix, double[] vector) {
        double[] result = new double[3];
        for (int i = 0; i < 3; i++) {
            result[i] = matrix[i][0] * vector[0] + matrix[i][1] * vector[1] + matrix[i][2] * vector[2];
        }
        return result;
    }

    private static double[][] times(double[][] one, double[][] other) {
        double[][] result = new double[3][3];
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                for (int i = 0; i < 3; i++) {
                    result[row][column] += one[row][i] * other[i][column];
                }
            }
        }
        return result;
    }

    private static double[][] inverse(double[][] m) {
        double[][] result = new double[3][3];
        double determinant = 0;
        for (int i = 0; i < 3; i++) {
            determinant += m[0][i] * cofactor(m, 0, i);
        }
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 3; column++) {
                result[row][column] = cofactor(m, column, row) / determinant;
            }
        }
        return result;
    }

    private static double cofactor(double[][] m, int row, int column) {
        int r1 = (row + 1) % 3;
        int r2 = (row + 2) % 3;
        int c1 = (column + 1) % 3;
        int c2 = (column + 2) % 3;
        return m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1];
    }
}

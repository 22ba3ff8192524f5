package dev.wearon.generation.garments;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;

/**
 * Garments drawn as outlines, in centimetres as if measured on a table. Each is symmetric: the points are those of its right half,
 * from the middle of its top to the middle of its hem.
 */
public enum Drawn {
    SWEATER(0, 4, 10, 0, 24, 5, 48, 56, 38, 60, 26, 26, 26, 66, 0, 66),
    SWEATER_WITH_SPREAD_SLEEVES(0, 4, 10, 0, 24, 5, 76, 34, 72, 44, 26, 24, 26, 64, 0, 64),
    TURTLENECK(0, 0, 8, 0, 9, 9, 24, 13, 44, 62, 34, 64, 25, 32, 25, 72, 0, 72),
    TEE(0, 6, 10, 0, 24, 5, 40, 20, 32, 29, 26, 24, 26, 72, 0, 72),
    LONG_TEE(0, 6, 10, 0, 24, 5, 38, 20, 32, 29, 26, 24, 27, 80, 0, 80),
    POLO_WITH_CLOSED_COLLAR(0, 0, 9, 0, 12, 4, 24, 8, 40, 24, 32, 32, 27, 26, 27, 74, 0, 74),
    TANK_TOP(0, 18, 8, 14, 10, 0, 15, 0, 17, 16, 23, 24, 23, 66, 0, 66),
    CROP_TOP(0, 6, 9, 0, 22, 4, 36, 18, 29, 26, 22, 22, 22, 44, 0, 44),
    PEPLUM_TOP(0, 10, 10, 0, 18, 0, 20, 20, 18, 40, 30, 62, 0, 64),
    HOODIE(0, 0, 10, 2, 15, 12, 15, 22, 28, 30, 50, 78, 40, 82, 28, 50, 28, 92, 0, 92),
    JACKET(0, 2, 9, 0, 25, 6, 44, 60, 34, 64, 27, 30, 27, 70, 0, 70),
    COAT(0, 2, 9, 0, 25, 6, 46, 60, 36, 66, 28, 30, 31, 104, 0, 104),
    LONG_COAT(0, 2, 9, 0, 25, 6, 44, 60, 34, 66, 27, 30, 33, 124, 0, 124),
    OPEN_CARDIGAN(3, 8, 10, 0, 25, 6, 46, 60, 36, 66, 27, 30, 27, 74, 6, 74),
    JEANS(0, 1, 20, 0, 24, 22, 23, 60, 20, 104, 9, 104, 6, 60, 0, 27),
    WIDE_TROUSERS(0, 0, 17, 0, 24, 24, 36, 104, 5, 104, 0, 33),
    LEGGINGS(0, 0, 15, 0, 21, 20, 15, 55, 11, 94, 3, 94, 2, 55, 0, 26),
    SHORTS(0, 1, 20, 0, 26, 24, 29, 44, 4, 46, 0, 29),
    MINI_SKIRT(0, 0, 18, 0, 22, 14, 23, 38, 0, 38),
    PENCIL_SKIRT(0, 0, 16, 0, 22, 18, 21, 66, 0, 66),
    PLEATED_SKIRT(0, 0, 16, 0, 17, 4, 40, 62, 0, 66),
    LONG_SKIRT(0, 0, 16, 0, 22, 20, 38, 100, 0, 102),
    FULL_SKIRT(0, 0, 16, 0, 17, 4, 62, 58, 0, 70),
    SHORT_DRESS(0, 16, 9, 12, 11, 0, 14, 0, 17, 16, 21, 22, 18, 40, 26, 88, 0, 90),
    DRESS_WITH_SHORT_SLEEVES(0, 8, 9, 0, 19, 4, 30, 18, 24, 25, 20, 22, 17, 40, 30, 96, 0, 98),
    STRAIGHT_DRESS(0, 8, 9, 0, 18, 3, 20, 22, 18, 42, 22, 62, 20, 98, 0, 98),
    LONG_DRESS(0, 18, 8, 14, 10, 0, 13, 0, 16, 16, 20, 22, 17, 40, 40, 130, 0, 134),
    GOWN_WITH_LONG_SLEEVES(0, 8, 9, 0, 19, 4, 40, 56, 32, 60, 19, 24, 17, 40, 52, 148, 0, 152),
    STRAPLESS_DRESS(0, 2, 20, 0, 21, 14, 16, 32, 34, 100, 0, 104),
    JUMPSUIT(0, 16, 9, 12, 11, 0, 14, 0, 17, 16, 21, 22, 18, 40, 24, 62, 20, 140, 8, 140, 0, 72);

    private static final int PIXELS_FOR_A_CENTIMETRE = 4;

    private final double[] half;

    Drawn(double... half) {
        this.half = half;
    }

    /** Transparent around the cloth. */
    public BufferedImage picture() {
        double widest = 0;
        double longest = 0;
        for (int i = 0; i < half.length; i += 2) {
            widest = Math.max(widest, half[i]);
            longest = Math.max(longest, half[i + 1]);
        }
        int margin = 6;
        int width = (int) (2 * widest * PIXELS_FOR_A_CENTIMETRE) + 2 * margin;
        int height = (int) (longest * PIXELS_FOR_A_CENTIMETRE) + 2 * margin;
        BufferedImage picture = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setColor(new Color(30, 90, 160));
        for (int side = -1; side <= 1; side += 2) {
            Path2D path = new Path2D.Double();
            for (int i = 0; i < half.length; i += 2) {
                double x = width / 2.0 + side * half[i] * PIXELS_FOR_A_CENTIMETRE;
                double y = margin + half[i + 1] * PIXELS_FOR_A_CENTIMETRE;
                if (i == 0) {
                    path.moveTo(x, y);
                } else {
                    path.lineTo(x, y);
                }
            }
            path.closePath();
            graphics.fill(path);
        }
        graphics.dispose();
        return picture;
    }
}

package dev.wearon.generation.people;

import dev.wearon.generation.models.Samples;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.geom.Ellipse2D;
import java.awt.image.AffineTransformOp;
import java.awt.image.BufferedImage;
import java.awt.image.RescaleOp;
import java.io.IOException;
import java.util.Random;

/** Photos of persons, made from the portrait of the samples, and photos without a person. */
final class PersonPhotos {

    /** The middle of the face and its width in the portrait. */
    static final int FACE_X = 225;

    static final int FACE_Y = 125;
    static final int FACE_WIDTH = 90;

    private PersonPhotos() {}

    static BufferedImage portrait() throws IOException {
        return Samples.argb(Samples.decoded(Samples.person()));
    }

    static BufferedImage mirrored(BufferedImage photo) {
        AffineTransform mirror = new AffineTransform(-1, 0, 0, 1, photo.getWidth(), 0);
        return new AffineTransformOp(mirror, AffineTransformOp.TYPE_BILINEAR).filter(photo, null);
    }

    static BufferedImage turned(BufferedImage photo, double degrees) {
        AffineTransform turn = AffineTransform.getRotateInstance(
                Math.toRadians(degrees), FACE_X * photo.getWidth() / 512.0, FACE_Y * photo.getHeight() / 512.0);
        return paintedOver(photo, new AffineTransformOp(turn, AffineTransformOp.TYPE_BILINEAR).filter(photo, null));
    }

    private static BufferedImage paintedOver(BufferedImage wall, BufferedImage photo) {
        BufferedImage both = Samples.plain(wall.getWidth(), wall.getHeight(), BufferedImage.TYPE_INT_ARGB, Color.GRAY);
        both.createGraphics().drawImage(photo, 0, 0, null);
        return both;
    }

    /** @param light factor of each channel: below 1 darker, above 1 brighter */
    static BufferedImage lit(BufferedImage photo, double red, double green, double blue) {
        float[] factors = {(float) red, (float) green, (float) blue, 1};
        return new RescaleOp(factors, new float[4], null).filter(photo, null);
    }

    /** The portrait with another skin tone: factors of the face's colours. The hair gets darker with it. */
    static BufferedImage toned(double red, double green, double blue) throws IOException {
        BufferedImage portrait = portrait();
        BufferedImage lit = lit(portrait, red, green, blue);
        Graphics2D graphics = portrait.createGraphics();
        graphics.setClip(new Ellipse2D.Double(FACE_X - 76, FACE_Y - 114, 152, 178));
        graphics.drawImage(lit, 0, 0, null);
        graphics.dispose();
        return portrait;
    }

    static BufferedImage grey(BufferedImage photo) {
        BufferedImage grey = new BufferedImage(photo.getWidth(), photo.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
        grey.createGraphics().drawImage(photo, 0, 0, null);
        return Samples.argb(grey);
    }

    /** A wall and a floor, without anybody. */
    static BufferedImage room(int width, int height) {
        BufferedImage room = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = room.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, new Color(0x9BB7CE), width, height, new Color(0xD8D2C4)));
        graphics.fillRect(0, 0, width, height);
        graphics.setPaint(new GradientPaint(0, height * 0.7f, new Color(0xA08868), 0, height, new Color(0xC8B08C)));
        graphics.fillRect(0, height * 7 / 10, width, height);
        graphics.dispose();
        return grainy(room, 4);
    }

    /** Fronts of houses with windows, and a road. */
    static BufferedImage street() {
        BufferedImage street = new BufferedImage(700, 900, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = street.createGraphics();
        graphics.setColor(new Color(0xC8C8C8));
        graphics.fillRect(0, 0, 700, 900);
        for (int house = 0; house < 5; house++) {
            graphics.setColor(new Color(0x010101 * (70 + 37 * house % 110)));
            graphics.fillRect(140 * house, 120 + 67 * house % 150, 140, 780);
            graphics.setColor(new Color(0x303030));
            for (int window = 0; window < 12; window++) {
                graphics.fillRect(140 * house + 12 + 45 * (window % 3), 300 + 90 * (window / 3), 26, 48);
            }
        }
        graphics.setColor(new Color(0x707070));
        graphics.fillRect(0, 640, 700, 260);
        graphics.dispose();
        return grainy(street, 4);
    }

    static BufferedImage grainy(BufferedImage photo, double noise) {
        Random random = new Random(11);
        for (int y = 0; y < photo.getHeight(); y++) {
            for (int x = 0; x < photo.getWidth(); x++) {
                int grain = (int) Math.round(noise * random.nextGaussian());
                int pixel = photo.getRGB(x, y);
                int result = 0xFF;
                for (int shift = 16; shift >= 0; shift -= 8) {
                    result = result << 8 | Math.clamp((pixel >> shift & 0xFF) + grain, 0, 255);
                }
                photo.setRGB(x, y, result);
            }
        }
        return photo;
    }

    /** Adds a standing person in a shirt and trousers, with the portrait's head. */
    static void stand(BufferedImage room, double faceX, double faceY, double faceWidth) throws IOException {
        Graphics2D graphics = room.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        double unit = faceWidth;
        graphics.translate(faceX, faceY);
        graphics.setColor(new Color(0xC89078));
        graphics.fill(rounded(-0.25, 0.3, 0.5, 0.8, unit));
        graphics.fill(rounded(-1.55, 1.6, 0.4, 2.4, unit));
        graphics.fill(rounded(1.15, 1.6, 0.4, 2.4, unit));
        graphics.setColor(new Color(0x5E6A78));
        graphics.fill(rounded(-1.15, 0.95, 2.3, 3.2, unit));
        graphics.fill(rounded(-1.55, 0.95, 3.1, 1.1, unit));
        graphics.setColor(new Color(0x26407A));
        graphics.fill(rounded(-0.95, 4, 0.9, 4.6, unit));
        graphics.fill(rounded(0.05, 4, 0.9, 4.6, unit));
        double scale = faceWidth / FACE_WIDTH;
        graphics.setClip(new Ellipse2D.Double(-0.72 * unit, -1.2 * unit, 1.44 * unit, 2.0 * unit));
        BufferedImage portrait = portrait();
        // Halved again and again, so that a small face is not only every tenth pixel of a large one.
        double left = scale;
        while (left < 0.5) {
            BufferedImage half =
                    new BufferedImage(portrait.getWidth() / 2, portrait.getHeight() / 2, BufferedImage.TYPE_INT_ARGB);
            Graphics2D smaller = half.createGraphics();
            smaller.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
            smaller.drawImage(portrait, 0, 0, half.getWidth(), half.getHeight(), null);
            smaller.dispose();
            portrait = half;
            left *= 2;
        }
        AffineTransform place = AffineTransform.getScaleInstance(scale, scale);
        place.translate(-FACE_X, -FACE_Y);
        place.scale(512.0 / portrait.getWidth(), 512.0 / portrait.getHeight());
        graphics.drawImage(portrait, place, null);
        graphics.dispose();
    }

    private static java.awt.Shape rounded(double x, double y, double width, double height, double unit) {
        return new java.awt.geom.RoundRectangle2D.Double(
                x * unit, y * unit, width * unit, height * unit, 0.4 * unit, 0.4 * unit);
    }
}

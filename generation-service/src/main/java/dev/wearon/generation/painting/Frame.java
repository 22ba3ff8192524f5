package dev.wearon.generation.painting;

import dev.wearon.generation.people.Person;
import dev.wearon.generation.photos.Plane;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;

/**
 * The 3:4 part of a portrait that becomes the picture, in pixels of the portrait. It may reach below the portrait to make
 * room for the garment. That part is made from the pixels above it, out of focus.
 */
public record Frame(double x, double y, double width) {

    public static final int WIDTH = 768;
    public static final int HEIGHT = 1024;
    private static final double RATIO = (double) HEIGHT / WIDTH;

    /** A portrait grows by at most this share of its height. More invented pixels would be visible. */
    private static final double GROWTH = 0.4;

    /** A portrait grows in width by at most this share, enough for a photo of 9:16. */
    private static final double WIDENING = 0.34;

    /** In a wider frame, in face widths, the person would be too small to show a garment. */
    private static final double FAR = 12;

    private static final double NEAR = 8;

    private static final double NARROWEST = 192;

    /**
     * Takes as much of the portrait as possible, and of a person far away the upper body, with room down to {@code bottom}; the
     * head is always inside.
     */
    public static Frame around(BufferedImage portrait, Person person, double bottom) {
        double tall = Math.clamp(bottom, portrait.getHeight(), portrait.getHeight() * (1 + GROWTH));
        double width = near(person, Math.min(portrait.getWidth(), tall / RATIO));
        return new Frame(
                Math.clamp(person.torsoX() - width / 2, 0, portrait.getWidth() - width),
                highest(portrait, person, width * RATIO, tall),
                width);
    }

    /**
     * Takes the part from the head down to {@code bottom}, or to the end of the portrait. It may be wider than a narrow portrait.
     * The parts beside the portrait are mirrored.
     */
    static Frame downTo(BufferedImage portrait, Person person, double bottom) {
        double end = Math.min(bottom, portrait.getHeight());
        double high = Math.max(0, person.headTop() - 0.1 * person.faceWidth());
        double enough = near(person, Math.min(portrait.getWidth(), portrait.getHeight() / RATIO));
        double width = Math.clamp((end - high) / RATIO, enough, portrait.getWidth() * (1 + WIDENING));
        double height = width * RATIO;
        double x = width > portrait.getWidth()
                ? (portrait.getWidth() - width) / 2
                : Math.clamp(person.torsoX() - width / 2, 0, portrait.getWidth() - width);
        return new Frame(x, Math.clamp(Math.min(high, end - height), 0, portrait.getHeight() - height), width);
    }

    /** The width of a frame that shows a small person larger. Fewer pixels than {@link #NARROWEST} would look blurred. */
    private static double near(Person person, double widest) {
        return widest <= FAR * person.faceWidth()
                ? widest
                : Math.min(widest, Math.max(NEAR * person.faceWidth(), NARROWEST));
    }

    private static double highest(BufferedImage portrait, Person person, double height, double tall) {
        return Math.clamp(person.headTop() - 0.1 * height, 0, Math.max(0, tall - height));
    }

    public double scale() {
        return WIDTH / width;
    }

    public double toX(double portraitX) {
        return (portraitX - x) * scale();
    }

    public double toY(double portraitY) {
        return (portraitY - y) * scale();
    }

    double fromX(double x) {
        return x / scale() + this.x;
    }

    double fromY(double y) {
        return y / scale() + this.y;
    }

    /** @return opaque, {@code TYPE_INT_RGB}, 768 × 1024 */
    public BufferedImage cut(BufferedImage portrait) {
        BufferedImage picture = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = picture.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        int portraitWidth = (int) Math.round(portrait.getWidth() * scale());
        int portraitHeight = (int) Math.round(portrait.getHeight() * scale());
        int left = (int) Math.round(toX(0));
        int top = (int) Math.round(toY(0));
        // A transparent portrait gets a light wall as its background.
        graphics.setColor(new Color(0xE9E7E4));
        graphics.fillRect(0, 0, WIDTH, HEIGHT);
        graphics.drawImage(portrait, left, top, portraitWidth, portraitHeight, null);
        graphics.dispose();
        continueBeside(picture, left, left + portraitWidth);
        continueBelow(picture, top + portraitHeight);
        return picture;
    }

    /** Mirrors the pixels at both edges of a portrait that is narrower than the picture. */
    private static void continueBeside(BufferedImage picture, int left, int right) {
        if (left <= 0 && right >= WIDTH) {
            return;
        }
        for (int x = 0; x < WIDTH; x++) {
            int mirrored = Math.clamp(x < left ? 2 * left - 1 - x : x >= right ? 2 * right - 1 - x : x, 0, WIDTH - 1);
            for (int y = 0; y < HEIGHT && mirrored != x; y++) {
                picture.setRGB(x, y, picture.getRGB(mirrored, y));
            }
        }
    }

    /** Mirrors the pixels above the edge, increasingly blurred and darker, so that the edge is not visible. */
    private static void continueBelow(BufferedImage picture, int edge) {
        if (edge >= HEIGHT) {
            return;
        }
        for (int y = edge; y < HEIGHT; y++) {
            int mirrored = Math.max(0, 2 * edge - 1 - y);
            for (int x = 0; x < WIDTH; x++) {
                picture.setRGB(x, y, picture.getRGB(x, mirrored));
            }
        }
        int[] sharp = Plane.pixels(picture);
        int start = Math.max(0, edge - 24);
        int[] result = sharp.clone();
        Plane[] blurred = new Plane[3];
        for (int channel = 0; channel < 3; channel++) {
            Plane plane = new Plane(WIDTH, HEIGHT);
            for (int i = 0; i < sharp.length; i++) {
                plane.values()[i] = sharp[i] >> 8 * channel & 0xFF;
            }
            blurred[channel] = plane.blurred(22);
        }
        for (int i = start * WIDTH; i < result.length; i++) {
            float depth = (float) (i / WIDTH - start) / 60;
            float out = Math.min(1, depth);
            float light = 1 - 0.25f * Math.min(1, depth / 4);
            int rgb = 0;
            for (int channel = 2; channel >= 0; channel--) {
                float own = sharp[i] >> 8 * channel & 0xFF;
                rgb = rgb << 8
                        | Math.round(light * (own + out * (blurred[channel].values()[i] - own)));
            }
            result[i] = rgb;
        }
        picture.setRGB(0, 0, WIDTH, HEIGHT, result, 0, WIDTH);
    }
}

package dev.wearon.generation.garments;

import dev.wearon.generation.models.Samples;
import dev.wearon.generation.photos.Plane;
import java.awt.AlphaComposite;
import java.awt.Color;
import java.awt.GradientPaint;
import java.awt.Graphics2D;
import java.awt.Paint;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.geom.AffineTransform;
import java.awt.geom.Area;
import java.awt.geom.Ellipse2D;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;

/**
 * Drawn photos of garments whose true outline is known: the shape on a background, with light from one side, folds, sensor noise,
 * a soft shadow, and the losses of JPEG.
 *
 * @param shadow how dark the shadow is, 0 to 1
 * @param noise standard deviation of each channel
 * @param quality of the JPEG, 0 to 1
 */
public record GarmentPhotos(
        Shape shape, Color cloth, Color back, Color backBelow, double shadow, double noise, float quality) {

    public static final int WIDTH = 450;
    public static final int HEIGHT = 480;

    /** An orderly photo; the methods {@code with…} change it. */
    public static GarmentPhotos of(Shape shape, Color cloth, Color back) {
        return new GarmentPhotos(shape, cloth, back, back, 0, 0.8, 0.92f);
    }

    public GarmentPhotos withShadow(double darkness) {
        return new GarmentPhotos(shape, cloth, back, backBelow, darkness, noise, quality);
    }

    GarmentPhotos withNoise(double deviation, float jpegQuality) {
        return new GarmentPhotos(shape, cloth, back, backBelow, shadow, deviation, jpegQuality);
    }

    GarmentPhotos withGradientTo(Color below) {
        return new GarmentPhotos(shape, cloth, back, below, shadow, noise, quality);
    }

    public static Shape shirt() {
        Area shirt = new Area(polygon(
                172, 46, 278, 46, 338, 70, 420, 172, 368, 210, 338, 174, 338, 450, 112, 450, 112, 174, 82, 210, 30, 172,
                112, 70));
        shirt.subtract(new Area(new Ellipse2D.Double(173, 8, 104, 74)));
        return shirt;
    }

    /** Its sleeves hang, and touch the body at the cuffs: background shows between sleeve and body. */
    public static Shape sweater() {
        Area sweater = new Area(polygon(
                170, 40, 280, 40, 335, 66, 372, 200, 378, 400, 318, 404, 322, 200, 316, 190, 316, 440, 134, 440, 134,
                190, 128, 200, 132, 404, 72, 400, 78, 200, 115, 66));
        sweater.add(new Area(new Rectangle2D.Double(120, 380, 30, 22)));
        sweater.add(new Area(new Rectangle2D.Double(300, 380, 30, 22)));
        sweater.subtract(new Area(new Ellipse2D.Double(180, 18, 90, 52)));
        return sweater;
    }

    public static Shape dress() {
        return polygon(
                185, 30, 200, 30, 206, 80, 244, 80, 250, 30, 265, 30, 272, 110, 264, 190, 340, 455, 110, 455, 186, 190,
                178, 110);
    }

    static Shape trousers() {
        return polygon(150, 25, 300, 25, 322, 455, 248, 455, 226, 140, 224, 140, 202, 455, 128, 455);
    }

    static Shape bag() {
        Area bag = new Area(polygon(110, 210, 340, 210, 370, 430, 80, 430));
        Area handle = new Area(new Ellipse2D.Double(145, 70, 160, 240));
        handle.subtract(new Area(new Ellipse2D.Double(165, 90, 120, 240)));
        bag.add(handle);
        return bag;
    }

    static Shape polygon(double... points) {
        Path2D path = new Path2D.Double();
        path.moveTo(points[0], points[1]);
        for (int i = 2; i < points.length; i += 2) {
            path.lineTo(points[i], points[i + 1]);
        }
        path.closePath();
        return path;
    }

    public BufferedImage photo() throws IOException {
        BufferedImage photo = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = photo.createGraphics();
        graphics.setPaint(new GradientPaint(0, 0, back, 0, HEIGHT, backBelow));
        graphics.fillRect(0, 0, WIDTH, HEIGHT);
        graphics.drawImage(shadowLayer(), 0, 0, null);
        graphics.drawImage(garment(), 0, 0, null);
        graphics.dispose();
        return jpeg(noisy(photo));
    }

    /** The garment alone, opaque inside its true outline. */
    BufferedImage garment() {
        BufferedImage layer = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = layer.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setColor(cloth);
        graphics.fill(shape);
        graphics.setComposite(AlphaComposite.SrcAtop);
        Paint light = new GradientPaint(60, 60, new Color(255, 255, 255, 14), 380, 420, new Color(0, 0, 0, 16));
        graphics.setPaint(light);
        graphics.fillRect(0, 0, WIDTH, HEIGHT);
        for (int fold = 0; fold < 5; fold++) {
            int x = 130 + 42 * fold;
            graphics.setPaint(new GradientPaint(x, 0, new Color(0, 0, 0, 10), x + 22, 6, new Color(0, 0, 0, 0)));
            graphics.fill(AffineTransform.getTranslateInstance(x, 150 + 30 * fold)
                    .createTransformedShape(new Ellipse2D.Double(0, 0, 22, 200)));
        }
        graphics.dispose();
        return layer;
    }

    /** How well a cut-out has the true outline: the area that both have, divided by the area of at least one; 1 is best. */
    double agreement(BufferedImage cut) {
        int[] truth = Plane.pixels(garment());
        int left = WIDTH;
        int right = 0;
        int top = HEIGHT;
        int bottom = 0;
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            if (truth[i] >>> 24 > 127) {
                left = Math.min(left, i % WIDTH);
                right = Math.max(right, i % WIDTH + 1);
                top = Math.min(top, i / WIDTH);
                bottom = i / WIDTH + 1;
            }
        }
        // Remains of a shadow make the cut-out larger, on any of its sides.
        int spareX = right - left - cut.getWidth();
        int spareY = bottom - top - cut.getHeight();
        double best = 0;
        for (int side = 0; side < 9; side++) {
            best = Math.max(best, agreement(truth, cut, left + side % 3 * spareX / 2, top + side / 3 * spareY / 2));
        }
        return best;
    }

    private static double agreement(int[] truth, BufferedImage cut, int left, int top) {
        int[] pixels = Plane.pixels(cut);
        int both = 0;
        int any = 0;
        for (int i = 0; i < truth.length; i++) {
            int x = i % WIDTH - left;
            int y = i / WIDTH - top;
            boolean inside = x >= 0 && y >= 0 && x < cut.getWidth() && y < cut.getHeight();
            boolean own = inside && pixels[y * cut.getWidth() + x] >>> 24 > 127;
            boolean real = truth[i] >>> 24 > 127;
            both += own && real ? 1 : 0;
            any += own || real ? 1 : 0;
        }
        return (double) both / any;
    }

    private BufferedImage shadowLayer() {
        Plane fallen = new Plane(WIDTH, HEIGHT);
        BufferedImage layer = garment();
        for (int i = 0; i < fallen.values().length; i++) {
            int x = i % WIDTH - 4;
            int y = i / WIDTH - 8;
            fallen.values()[i] = x < 0 || y < 0 ? 0 : layer.getRGB(x, y) >>> 24;
        }
        Plane soft = fallen.blurred(7);
        for (int i = 0; i < fallen.values().length; i++) {
            layer.setRGB(i % WIDTH, i / WIDTH, (int) Math.round(shadow * soft.values()[i]) << 24);
        }
        return layer;
    }

    private BufferedImage noisy(BufferedImage photo) {
        Random random = new Random(7);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                int rgb = 0;
                double grain = random.nextGaussian();
                for (int shift = 16; shift >= 0; shift -= 8) {
                    double value =
                            (photo.getRGB(x, y) >> shift & 0xFF) + noise * (0.8 * grain + 0.6 * random.nextGaussian());
                    rgb |= (int) Math.clamp(Math.round(value), 0, 255) << shift;
                }
                photo.setRGB(x, y, rgb);
            }
        }
        return photo;
    }

    private BufferedImage jpeg(BufferedImage photo) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageWriteParam settings = writer.getDefaultWriteParam();
        settings.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        settings.setCompressionQuality(quality);
        try (ImageOutputStream out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(photo, null, null), settings);
        } finally {
            writer.dispose();
        }
        return Samples.argb(ImageIO.read(new ByteArrayInputStream(bytes.toByteArray())));
    }
}

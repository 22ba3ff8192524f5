package dev.wearon.drill;

import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;

/** The input images of every try-on: the samples as small PNG files, to save CPU time. */
record SampleImages(List<byte[]> pngs) {

    private static final List<String> SAMPLES =
            List.of("deploy/local/samples/person.png", "deploy/local/samples/garment.png");
    private static final int WIDTH = 192;

    static SampleImages of(Path root) throws IOException {
        return new SampleImages(
                List.of(small(root.resolve(SAMPLES.getFirst())), small(root.resolve(SAMPLES.getLast()))));
    }

    private static byte[] small(Path sample) throws IOException {
        BufferedImage large = ImageIO.read(sample.toFile());
        int height = large.getHeight() * WIDTH / large.getWidth();
        BufferedImage small = new BufferedImage(WIDTH, height, BufferedImage.TYPE_INT_ARGB);
        Graphics2D graphics = small.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        graphics.drawImage(large, 0, 0, WIDTH, height, null);
        graphics.dispose();
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(small, "png", png);
        return png.toByteArray();
    }
}

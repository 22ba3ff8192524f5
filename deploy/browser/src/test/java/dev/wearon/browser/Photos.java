package dev.wearon.browser;

import dev.wearon.testkit.pictures.Images;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;

/** Photos as shoppers have them. */
final class Photos {

    static final Path PERSON = World.ROOT.resolve("deploy/local/samples/person.png");

    private Photos() {}

    /** A JPEG of a phone: 3,000 × 2,000 pixels, to be turned to the right, with a thumbnail in its EXIF data. */
    static Path ofAPhone(Path folder) throws IOException {
        BufferedImage person = ImageIO.read(PERSON.toFile());
        byte[] photo = jpeg(person, 3_000, 2_000);
        return Files.write(folder.resolve("phone.jpg"), Images.withExif(photo, jpeg(person, 160, 107)));
    }

    private static byte[] jpeg(BufferedImage picture, int width, int height) throws IOException {
        BufferedImage scaled = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        scaled.createGraphics().drawImage(picture, 0, 0, width, height, null);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(scaled, "jpg", bytes);
        return bytes.toByteArray();
    }

    /** The first bytes of a HEIC photo; browsers other than Safari read none of it. */
    static Path heic(Path folder) throws IOException {
        byte[] start = "\0\0\0\30ftypheic\0\0\0\0mif1heic".getBytes(StandardCharsets.ISO_8859_1);
        return Files.write(folder.resolve("photo.jpg"), start);
    }
}

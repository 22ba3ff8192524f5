package dev.wearon.generation.photos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.wearon.generation.models.Samples;
import dev.wearon.generation.photos.PhotoReader.Result.Readable;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Photos in the format of phones: pixels in the sensor's order, an EXIF orientation and a thumbnail, and a second picture and a
 * video after the end.
 */
class PhonePhotoTest {

    private static final int WIDTH = 300;
    private static final int HEIGHT = 400;

    /** Row 0 and column 0 of the pixels are these sides of the upright picture, for the values 1 to 8 of EXIF 2.3. */
    @ParameterizedTest
    @CsvSource({
        "1, top, left",
        "2, top, right",
        "3, bottom, right",
        "4, bottom, left",
        "5, left, top",
        "6, right, top",
        "7, right, bottom",
        "8, left, bottom"
    })
    void isTurnedUpright(int orientation, String firstRow, String firstColumn) throws IOException {
        BufferedImage person = Samples.decoded(Samples.person()).getSubimage(100, 50, WIDTH, HEIGHT);
        byte[] seen = Samples.encoded(sensorImage(person, firstRow, firstColumn), "jpeg");

        for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
            BufferedImage photo = assertThat(PhotoReader.read(phonePhoto(seen, orientation, order), 1024))
                    .asInstanceOf(type(Readable.class))
                    .actual()
                    .photo();

            assertThat(photo.getWidth()).isEqualTo(WIDTH);
            assertThat(photo.getHeight()).isEqualTo(HEIGHT);
            assertThat(difference(photo, person)).isLessThan(4);
        }
    }

    private static BufferedImage sensorImage(BufferedImage upright, String firstRow, String firstColumn) {
        boolean lying = firstRow.equals("left") || firstRow.equals("right");
        BufferedImage seen =
                new BufferedImage(lying ? HEIGHT : WIDTH, lying ? WIDTH : HEIGHT, BufferedImage.TYPE_INT_RGB);
        for (int row = 0; row < seen.getHeight(); row++) {
            for (int column = 0; column < seen.getWidth(); column++) {
                int x = lying ? row : column;
                int y = lying ? column : row;
                boolean fromRight = firstRow.equals("right") || firstColumn.equals("right");
                boolean fromBottom = firstRow.equals("bottom") || firstColumn.equals("bottom");
                seen.setRGB(
                        column, row, upright.getRGB(fromRight ? WIDTH - 1 - x : x, fromBottom ? HEIGHT - 1 - y : y));
            }
        }
        return seen;
    }

    /** Mean difference in green, 0 to 255. */
    private static double difference(BufferedImage one, BufferedImage other) {
        long sum = 0;
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                sum += Math.abs(green(one, x, y) - green(other, x, y));
            }
        }
        return (double) sum / (WIDTH * HEIGHT);
    }

    private static int green(BufferedImage picture, int x, int y) {
        return picture.getRGB(x, y) >> 8 & 0xFF;
    }

    private static byte[] phonePhoto(byte[] jpeg, int orientation, ByteOrder order) throws IOException {
        byte[] thumbnail = Samples.encoded(new BufferedImage(16, 12, BufferedImage.TYPE_INT_RGB), "jpeg");
        byte[] exif = exif(orientation, order, thumbnail);
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        file.write(jpeg, 0, 2);
        file.write(ByteBuffer.allocate(4)
                .putShort((short) 0xFFE1)
                .putShort((short) (exif.length + 2))
                .array());
        file.write(exif);
        file.write(jpeg, 2, jpeg.length - 2);
        file.write(jpeg);
        file.write("\0\0\0\30ftypmp42\0\0\0\0isommp42\0\0\0\20mdat........".getBytes(StandardCharsets.ISO_8859_1));
        return file.toByteArray();
    }

    /** The maker, the orientation and the offset of the thumbnail, in a camera's layout. */
    private static byte[] exif(int orientation, ByteOrder order, byte[] thumbnail) {
        ByteBuffer exif = ByteBuffer.allocate(6 + 92 + thumbnail.length).order(order);
        exif.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
        exif.put((order == ByteOrder.LITTLE_ENDIAN ? "II" : "MM").getBytes(StandardCharsets.US_ASCII));
        exif.putShort((short) 42).putInt(8);
        exif.putShort((short) 2);
        exif.putShort((short) 0x010F).putShort((short) 2).putInt(12).putInt(38);
        exif.putShort((short) 0x0112).putShort((short) 3).putInt(1);
        exif.putShort((short) orientation).putShort((short) 0);
        exif.putInt(50);
        exif.put("A phone, Co\0".getBytes(StandardCharsets.US_ASCII));
        exif.putShort((short) 3);
        exif.putShort((short) 0x0103)
                .putShort((short) 3)
                .putInt(1)
                .putShort((short) 6)
                .putShort((short) 0);
        exif.putShort((short) 0x0201).putShort((short) 4).putInt(1).putInt(92);
        exif.putShort((short) 0x0202).putShort((short) 4).putInt(1).putInt(thumbnail.length);
        exif.putInt(0);
        return exif.put(thumbnail).array();
    }
}

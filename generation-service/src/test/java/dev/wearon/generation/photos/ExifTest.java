package dev.wearon.generation.photos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExifTest {

    @ParameterizedTest
    @CsvSource({"II, 8, true", "II, 20, false", "MM, 8, false", "MM, 5000, true"})
    void findsTheOrientationInEitherByteOrderAtAnyPlace(String order, int list, boolean prefixed) {
        for (int orientation = 1; orientation <= 8; orientation++) {
            byte[] exif = exif(order, list, orientation, 3, prefixed);

            assertThat(Exif.orientation(exif, 0, exif.length)).isEqualTo(orientation);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 9, 0xFFFF})
    void ignoresAValueThatDoesNotExist(int orientation) {
        byte[] exif = exif("MM", 8, orientation, 3, true);

        assertThat(Exif.orientation(exif, 0, exif.length)).isEqualTo(1);
    }

    @Test
    void ignoresBrokenExif() {
        byte[] whole = exif("II", 20, 6, 3, true);
        for (int length = 0; length < whole.length - 6; length++) {
            assertThat(Exif.orientation(whole, 0, length)).isEqualTo(1);
        }
        byte[] outside = exif("II", 20, 6, 3, false);
        ByteBuffer.wrap(outside).order(ByteOrder.LITTLE_ENDIAN).putInt(4, -1);
        assertThat(Exif.orientation(outside, 0, outside.length)).isEqualTo(1);
        byte[] text = exif("II", 20, 6, 2, false);
        assertThat(Exif.orientation(text, 0, text.length)).isEqualTo(1);
    }

    /** @param list the offset of the list of entries */
    static byte[] exif(String order, int list, int orientation, int type, boolean prefixed) {
        ByteBuffer exif = ByteBuffer.allocate((prefixed ? 6 : 0) + list + 30);
        if (prefixed) {
            exif.put("Exif\0\0".getBytes(StandardCharsets.US_ASCII));
        }
        int start = exif.position();
        exif.order(order.equals("II") ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        exif.put(order.getBytes(StandardCharsets.US_ASCII)).putShort((short) 42).putInt(list);
        exif.position(start + list);
        exif.putShort((short) 2);
        exif.putShort((short) 0x0100).putShort((short) 4).putInt(1).putInt(77);
        exif.putShort((short) 0x0112).putShort((short) type).putInt(1).putShort((short) orientation);
        return exif.array();
    }
}

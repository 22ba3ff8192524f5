package dev.wearon.storage.objects;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.storage.objects.Inspection.Refusal;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InspectionTest {

    @ParameterizedTest
    @CsvSource({
        "JPEG,ffd8ffe000104a4649460001,true",
        "JPEG,89504e470d0a1a0a0000000d,false",
        "PNG,89504e470d0a1a0a0000000d,true",
        "PNG,89504e470d0a1a0b0000000d,false",
        "WEBP,524946460102030457454250,true",
        "WEBP,524946460102030457415645,false",
        "WEBP,52494646,false",
        "PNG,474946383961010001000000,false",
        "JPEG,ff,false",
    })
    void goesByTheFirstBytesHoweverTheyArrive(ImageType type, String head, boolean good) {
        byte[] bytes = HexFormat.of().parseHex(head);
        assertThat(passes(type, bytes, bytes.length)).isEqualTo(good);
        assertThat(passes(type, bytes, 1)).isEqualTo(good);
    }

    @Test
    void countsToTheLimitAndNotFurther() {
        Inspection inspection = new Inspection(ImageType.JPEG, 4);
        inspection.pass(Buffer.buffer(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, 0}));
        assertThat(inspection.size()).isEqualTo(4);
        assertThatThrownBy(() -> inspection.pass(Buffer.buffer(new byte[1])))
                .isInstanceOfSatisfying(
                        Refusal.class, it -> assertThat(it.reason()).isEqualTo(Stored.Reason.TOO_LARGE));
    }

    @Test
    void refusesNothingAtAll() {
        assertThatThrownBy(() -> new Inspection(ImageType.JPEG, 4).end())
                .isInstanceOfSatisfying(
                        Refusal.class, it -> assertThat(it.reason()).isEqualTo(Stored.Reason.EMPTY));
    }

    @Test
    void hashesWhatPassed() {
        Inspection inspection = new Inspection(ImageType.JPEG, 100);
        inspection.pass(Buffer.buffer("a".getBytes(StandardCharsets.US_ASCII)));
        inspection.pass(Buffer.buffer("bc".getBytes(StandardCharsets.US_ASCII)));
        // The first example of FIPS 180-2.
        assertThat(inspection.hash()).isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    private static boolean passes(ImageType type, byte[] bytes, int step) {
        Inspection inspection = new Inspection(type, 100);
        try {
            for (int at = 0; at < bytes.length; at += step) {
                inspection.pass(Buffer.buffer(bytes).getBuffer(at, at + step));
            }
            inspection.end();
            return true;
        } catch (Refusal refusal) {
            assertThat(refusal.reason()).isEqualTo(Stored.Reason.NOT_THIS_TYPE);
            return false;
        }
    }
}

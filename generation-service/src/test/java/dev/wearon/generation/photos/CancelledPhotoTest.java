package dev.wearon.generation.photos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.models.Samples;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class CancelledPhotoTest {

    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private static final int SCANS = 90;

    /** A scan takes the decoder through all pixels once more. It is cancelled in the middle of them. */
    @Test
    void stopsBetweenTheScansOfAProgressiveJpeg() throws Exception {
        byte[] jpeg = withScans(1200, SCANS);
        long whole = THREADS.getCurrentThreadCpuTime();
        assertThat(Expected.photo(jpeg).getWidth()).isEqualTo(1200);
        whole = THREADS.getCurrentThreadCpuTime() - whole;

        CompletableFuture<Long> end = new CompletableFuture<>();
        Thread reading = Thread.ofPlatform().start(() -> readUntilCancelled(jpeg, end));
        while (!end.isDone() && THREADS.getThreadCpuTime(reading.threadId()) < whole / 2) {
            Thread.yield();
        }
        reading.interrupt();

        assertThat(end.get()).isLessThan(whole * 3 / 4);
    }

    private static void readUntilCancelled(byte[] jpeg, CompletableFuture<Long> end) {
        try {
            PhotoReader.read(jpeg, 8192);
            end.completeExceptionally(new AssertionError("was read"));
        } catch (CancellationException cancelled) {
            end.complete(THREADS.getCurrentThreadCpuTime());
        }
    }

    /** A progressive JPEG whose last scans change nothing. */
    private static byte[] withScans(int size, int scans) throws IOException {
        byte[] jpeg = progressive(Samples.plain(size, size, BufferedImage.TYPE_INT_RGB, Color.ORANGE));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.write(jpeg, 0, jpeg.length - 2);
        // One code, 0: a run of 16,384 blocks without details, and as many as the 14 bits after it say.
        byte[] table = new byte[22];
        System.arraycopy(new byte[] {(byte) 0xFF, (byte) 0xC4, 0, 20, 0x10, 1}, 0, table, 0, 6);
        table[21] = (byte) 0xE0;
        bytes.writeBytes(table);
        // The details of the first component.
        byte[] scan = {(byte) 0xFF, (byte) 0xDA, 0, 8, 1, 1, 0, 1, 63, 0};
        int blocks = (size / 8) * (size / 8);
        StringBuilder bits = new StringBuilder();
        for (int done = 0; done < blocks; done += (1 << 15) - 1) {
            bits.append("0").append("1".repeat(14));
        }
        bits.append("1".repeat(8 - bits.length() % 8));
        for (int i = count(jpeg); i < scans; i++) {
            bytes.writeBytes(scan);
            for (int bit = 0; bit < bits.length(); bit += 8) {
                int next = Integer.parseInt(bits, bit, bit + 8, 2);
                bytes.write(next);
                if (next == 0xFF) {
                    bytes.write(0);
                }
            }
        }
        bytes.write(jpeg, jpeg.length - 2, 2);
        return bytes.toByteArray();
    }

    /** The scans of the JPEG. */
    private static int count(byte[] jpeg) {
        int scans = 0;
        for (int i = 1; i < jpeg.length; i++) {
            scans += jpeg[i - 1] == (byte) 0xFF && jpeg[i] == (byte) 0xDA ? 1 : 0;
        }
        return scans;
    }

    private static byte[] progressive(BufferedImage picture) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
            ImageWriteParam settings = writer.getDefaultWriteParam();
            settings.setProgressiveMode(ImageWriteParam.MODE_DEFAULT);
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), settings);
        } finally {
            writer.dispose();
        }
        return bytes.toByteArray();
    }
}

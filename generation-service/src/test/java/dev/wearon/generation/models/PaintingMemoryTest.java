package dev.wearon.generation.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.wearon.generation.photos.PhotoReader;
import dev.wearon.generation.photos.PhotoReader.Opened.Photo;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PaintingMemoryTest {

    private static final long MIB = 1 << 20;

    private final PaintingMemory memory = new PaintingMemory(100 * MIB);

    @Test
    void isSharedBySmallPaintings() throws InterruptedException {
        try (PaintingMemory.Share one = memory.take(50 * MIB);
                PaintingMemory.Share other = memory.take(50 * MIB)) {
            assertThat(one).isNotSameAs(other);
        }
    }

    @Test
    void isWaitedForUntilItIsFree() throws Exception {
        PaintingMemory.Share first = memory.take(60 * MIB);
        CompletableFuture<PaintingMemory.Share> second = new CompletableFuture<>();
        Thread waiting = Thread.ofPlatform().start(() -> takeInto(second, 50 * MIB));
        awaitWaiting(waiting);
        assertThat(second).isNotDone();

        first.close();

        second.get(10, TimeUnit.SECONDS).close();
    }

    @Test
    void isWhollyGivenToAPaintingThatNeedsMoreThanThereIs() throws Exception {
        PaintingMemory.Share everything = memory.take(5000 * MIB);
        CompletableFuture<PaintingMemory.Share> small = new CompletableFuture<>();
        Thread waiting = Thread.ofPlatform().start(() -> takeInto(small, MIB));
        awaitWaiting(waiting);
        assertThat(small).isNotDone();

        everything.close();

        small.get(10, TimeUnit.SECONDS).close();
    }

    @Test
    void isNotTakenByAPaintingThatIsCancelledWhileItWaits() throws Exception {
        PaintingMemory.Share first = memory.take(100 * MIB);
        CompletableFuture<PaintingMemory.Share> second = new CompletableFuture<>();
        Thread waiting = Thread.ofPlatform().start(() -> takeInto(second, 100 * MIB));
        awaitWaiting(waiting);

        waiting.interrupt();

        assertThatThrownBy(() -> second.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(InterruptedException.class);
        first.close();
        memory.take(100 * MIB).close();
    }

    @Test
    void growsWithTheHeadersOfTheImages() throws IOException {
        Photo small = opened(Samples.encoded(picture(300, 300), "png"));
        Photo large = opened(Samples.encoded(picture(3000, 2000), "jpeg"));

        assertThat(PaintingMemory.need(List.of(large, large)))
                .isGreaterThan(PaintingMemory.need(List.of(small, large)));
        assertThat(PaintingMemory.need(List.of(small, small))).isLessThan(80 * MIB);
        List<Photo> accessories = new ArrayList<>(List.of(small, small));
        accessories.addAll(Collections.nCopies(8, large));
        assertThat(PaintingMemory.need(accessories)).isLessThan(100 * MIB);
    }

    /** A painting keeps them until it ends. */
    @Test
    void countsTheBytesOfTheImages() throws IOException {
        byte[] small = Samples.encoded(picture(300, 300), "jpeg");
        byte[] padded = Arrays.copyOf(small, 10 << 20);

        long difference = PaintingMemory.need(Collections.nCopies(10, opened(padded)))
                - PaintingMemory.need(Collections.nCopies(10, opened(small)));

        assertThat(difference).isGreaterThan(99 * MIB);
    }

    @Test
    void countsTheProfileOfAnImage() throws IOException {
        byte[] jpeg = Samples.encoded(picture(300, 300), "jpeg");
        byte[] withProfile = withProfile(jpeg, 60);

        long difference = opened(withProfile).decodingMemory(512) - opened(jpeg).decodingMemory(512);

        // The decoder copies the file twice.
        assertThat(difference).isGreaterThan(6L * withProfile.length);
    }

    /** Two paintings of two photos each, 12 megapixels and 6 MiB, with the default memory. */
    @Test
    void isEnoughForTwoPaintingsOfPhonePhotos() {
        Photo photo = opened(Arrays.copyOf(Samples.pngDeclaring(3024, 4032), 6 << 20));

        assertThat(2 * PaintingMemory.need(List.of(photo, photo))).isLessThanOrEqualTo(208 * MIB);
    }

    /** The largest parts of a profile, filled with zeros. */
    private static byte[] withProfile(byte[] jpeg, int parts) {
        ByteBuffer longer = ByteBuffer.allocate(jpeg.length + parts * 65_537);
        longer.put(jpeg, 0, 2);
        for (int i = 1; i <= parts; i++) {
            longer.putShort((short) 0xFFE2).putShort((short) 65_535);
            longer.put("ICC_PROFILE\0".getBytes(StandardCharsets.US_ASCII))
                    .put((byte) i)
                    .put((byte) parts);
            longer.position(longer.position() + 65_519);
        }
        return longer.put(jpeg, 2, jpeg.length - 2).array();
    }

    private static BufferedImage picture(int width, int height) {
        return Samples.plain(width, height, BufferedImage.TYPE_INT_RGB, Color.GRAY);
    }

    private static Photo opened(byte[] bytes) {
        return assertThat(PhotoReader.open(bytes))
                .asInstanceOf(type(Photo.class))
                .actual();
    }

    private void takeInto(CompletableFuture<PaintingMemory.Share> share, long bytes) {
        try {
            share.complete(memory.take(bytes));
        } catch (InterruptedException interrupted) {
            share.completeExceptionally(interrupted);
        }
    }

    private static void awaitWaiting(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }
}

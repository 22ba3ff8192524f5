package dev.wearon.storage.backends;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.testkit.Await;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Tests the guarantees of every backend. The test of each backend extends this class. */
public abstract class BackendConformance {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int CHUNK = 64 * 1_024;

    private static final class StreamFailed extends RuntimeException {}

    protected abstract Backend backend();

    private static String newBlob() {
        return UUID.randomUUID().toString();
    }

    private static byte[] random(int size, int seed) {
        byte[] bytes = new byte[size];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static Multi<Buffer> inChunks(byte[] bytes) {
        return Multi.createFrom()
                .iterable(IntStream.iterate(0, at -> at < bytes.length, at -> at + CHUNK)
                        .mapToObj(
                                at -> Buffer.buffer(Arrays.copyOfRange(bytes, at, Math.min(at + CHUNK, bytes.length))))
                        .toList());
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(TIMEOUT);
    }

    private String write(byte[] bytes) {
        String blob = newBlob();
        await(backend().write(blob, bytes.length, inChunks(bytes)));
        return blob;
    }

    private byte[] read(String blob, long from, long length) {
        return switch (await(backend().read(blob, from, length)).orElseThrow()) {
            case Content.InFile file -> {
                try (var in = Files.newInputStream(file.file())) {
                    in.skipNBytes(file.from());
                    yield in.readNBytes((int) file.length());
                } catch (IOException unreadable) {
                    throw new UncheckedIOException(unreadable);
                }
            }
            case Content.Streamed streamed ->
                await(streamed.bytes().collect().in(Buffer::buffer, Buffer::appendBuffer))
                        .getBytes();
        };
    }

    private List<String> listed() {
        return await(backend().list().map(Blob::name).collect().asList());
    }

    private void assertAbsent(String blob) {
        // The writer may get the failure before the backend has cleaned up.
        Await.until(TIMEOUT, () -> await(backend().size(blob)), OptionalLong::isEmpty);
        assertThat(await(backend().read(blob, 0, 1))).isEmpty();
        assertThat(listed()).doesNotContain(blob);
    }

    @Test
    void keepsBytesAsTheyAre() {
        for (int size : new int[] {1, CHUNK - 1, CHUNK, CHUNK + 1, 3_000_001}) {
            byte[] bytes = random(size, size);
            assertThat(read(write(bytes), 0, size)).isEqualTo(bytes);
        }
    }

    @Test
    void readsARange() {
        byte[] bytes = random(500_000, 1);
        String blob = write(bytes);
        for (int[] run : new int[][] {{0, 1}, {499_999, 500_000}, {1, 400_000}, {0, 500_000}}) {
            assertThat(read(blob, run[0], run[1] - run[0])).isEqualTo(Arrays.copyOfRange(bytes, run[0], run[1]));
        }
    }

    /** Reads more often than a bucket has connections, so each read must return its connection. */
    @Test
    void readsNothingBeyondTheEnd() {
        String blob = write(random(500_000, 1));
        for (int reader = 0; reader < 20; reader++) {
            assertThat(await(backend().read(blob, 0, 500_001))).isEmpty();
        }
        assertThat(await(backend().read(blob, 500_000, 1))).isEmpty();
        assertThat(await(backend().read(blob, 400_000, 200_000))).isEmpty();
    }

    @Test
    void returnsTheSizeOfABlobUntilItIsDeleted() {
        String blob = write(random(10, 1));
        assertThat(await(backend().size(blob))).hasValue(10);
        await(backend().delete(blob));
        assertAbsent(blob);
        await(backend().delete(blob));
        await(backend().delete(newBlob()));
    }

    @Test
    void listsEveryBlob() {
        Instant before = Instant.now().minusSeconds(60);
        List<String> blobs =
                IntStream.range(0, 12).mapToObj(i -> write(random(10, i))).toList();
        List<Blob> listed = await(backend().list().collect().asList());
        assertThat(listed).extracting(Blob::name).containsAll(blobs).doesNotHaveDuplicates();
        assertThat(listed).allSatisfy(blob -> assertThat(blob.writtenAt())
                .isBetween(before, Instant.now().plusSeconds(60)));
        assertThat(await(backend().list().select().first(5).collect().asList())).hasSize(5);
    }

    @Test
    void leavesNothingOfAFailedStream() {
        byte[] bytes = random(1_000_000, 1);
        // The stream fails before the first byte, in the middle, or between the last byte and the completion.
        for (int arrived : new int[] {0, 1, CHUNK, 500_000, bytes.length}) {
            String blob = newBlob();
            Multi<Buffer> broken = Multi.createBy()
                    .concatenating()
                    .streams(
                            inChunks(Arrays.copyOf(bytes, arrived)),
                            Multi.createFrom().failure(new StreamFailed()));
            assertThatThrownBy(() -> await(backend().write(blob, bytes.length, broken)))
                    .isInstanceOf(StreamFailed.class);
            assertAbsent(blob);
        }
    }

    @Test
    void leavesNothingOfAStreamOfTheWrongLength() {
        byte[] bytes = random(200_000, 1);
        for (int length : new int[] {100_000, 199_999, 200_001, 300_000}) {
            String blob = newBlob();
            assertThatThrownBy(() -> await(backend().write(blob, length, inChunks(bytes))))
                    .hasMessageContaining("announced");
            assertAbsent(blob);
        }
    }

    @Test
    void leavesNothingOfACancelledWrite() {
        String blob = newBlob();
        AtomicBoolean cancelled = new AtomicBoolean();
        AtomicInteger sent = new AtomicInteger();
        Multi<Buffer> stalling = Multi.createBy()
                .concatenating()
                .streams(
                        inChunks(random(500_000, 1)).invoke(sent::incrementAndGet),
                        Multi.createFrom().<Buffer>nothing())
                .onCancellation()
                .invoke(() -> cancelled.set(true));
        var write = backend().write(blob, 1_000_000, stalling).subscribe().with(await -> {});
        Await.until(TIMEOUT, sent::get, chunks -> chunks == 8);
        write.cancel();
        Await.until(TIMEOUT, cancelled::get, is -> is);
        assertAbsent(blob);
    }

    @Test
    void appliesBackpressure() {
        AtomicLong requested = new AtomicLong();
        AtomicLong sent = new AtomicLong();
        AtomicLong most = new AtomicLong();
        byte[] bytes = random(4_000_000, 1);
        Multi<Buffer> counted = inChunks(bytes)
                .onRequest()
                .invoke(more -> most.accumulateAndGet(requested.addAndGet(more) - sent.get(), Math::max))
                .onItem()
                .invoke(chunk -> sent.incrementAndGet());
        String blob = newBlob();
        await(backend().write(blob, bytes.length, counted));
        assertThat(most.get()).isBetween(1L, 2L);
        assertThat(read(blob, 0, bytes.length)).isEqualTo(bytes);
    }

    @Test
    void writesConcurrentlyWithoutMixing() {
        List<byte[]> bodies =
                IntStream.range(0, 24).mapToObj(i -> random(700_000 + i, i)).toList();
        List<String> blobs = bodies.stream().map(body -> newBlob()).toList();
        await(Uni.join()
                .all(IntStream.range(0, bodies.size())
                        .mapToObj(i -> backend().write(blobs.get(i), bodies.get(i).length, inChunks(bodies.get(i))))
                        .toList())
                .andFailFast());
        for (int i = 0; i < bodies.size(); i++) {
            assertThat(read(blobs.get(i), 0, bodies.get(i).length)).isEqualTo(bodies.get(i));
        }
    }

    @Test
    void belongsToOneSuite() {
        String suite = UUID.randomUUID().toString();
        String another = UUID.randomUUID().toString();
        await(backend().claim(suite));
        await(backend().claim(suite));
        assertThatThrownBy(() -> await(backend().claim(another)))
                .isInstanceOf(BackendRefused.class)
                .hasMessageContaining("owner")
                .hasMessageContaining(suite)
                .hasMessageContaining(another);
        await(backend().claim(suite));
        assertThat(listed()).doesNotContain("owner");
    }

    @Test
    void probesSuccessfully() {
        await(backend().probe());
    }
}

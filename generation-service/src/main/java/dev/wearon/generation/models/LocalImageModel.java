package dev.wearon.generation.models;

import dev.wearon.generation.models.ImageModel.Outcome.Failed;
import dev.wearon.generation.models.ImageModel.Outcome.Picture;
import dev.wearon.generation.models.ImageModel.Outcome.Retryable;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A preview of a try-on made with plain image work: no network, no learned model, the same picture for the same bytes.
 * It lays the garment over the person where the face says the torso must be, and gives it that person's light and a
 * shadow. It does not bend cloth around a body, does not take off what the person wears, covers long hair and hands, and
 * does not read the prompt.
 *
 * <p>The picture is a JPEG of 768 × 1024 pixels. Every garment is treated as an upper garment. Accessories are not put on:
 * they are shown small in a row along the lower edge. With the person alone, the portrait is framed and nothing else.
 */
final class LocalImageModel implements ImageModel {

    /** About what one picture takes with headroom; the workers add a back-off of their own. */
    private static final Duration COME_BACK = Duration.ofSeconds(2);

    private final ThreadPoolExecutor painters;

    LocalImageModel(int concurrency, int waiting) {
        AtomicInteger number = new AtomicInteger();
        painters = new ThreadPoolExecutor(
                concurrency, concurrency, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(waiting), task -> {
                    Thread painter = new Thread(task, "image-model-" + number.incrementAndGet());
                    painter.setDaemon(true);
                    return painter;
                });
    }

    void close() {
        painters.shutdownNow();
    }

    @Override
    public Uni<Outcome> render(Request request) {
        return Uni.createFrom().emitter(waiting -> enqueue(request, waiting));
    }

    private void enqueue(Request request, UniEmitter<? super Outcome> waiting) {
        try {
            Future<?> painting = painters.submit(() -> paint(request, waiting));
            // Who has given up before his turn came costs nothing any more.
            waiting.onTermination(() -> painting.cancel(false));
        } catch (RejectedExecutionException full) {
            waiting.complete(new Retryable(COME_BACK, "all painters of the local model are busy"));
        }
    }

    private static void paint(Request request, UniEmitter<? super Outcome> waiting) {
        try {
            waiting.complete(paint(request.images()));
        } catch (Throwable fault) {
            waiting.fail(fault);
        }
    }

    private static Outcome paint(List<byte[]> images) {
        if (images.isEmpty()) {
            return new Failed(Reason.BAD_IMAGE, "there is no image of a person");
        }
        List<BufferedImage> photos = new ArrayList<>(images.size());
        for (int i = 0; i < images.size(); i++) {
            // Accessories are shown small, and ten large photos at once would not fit in the heap.
            int longestSide = i < 2 ? TryOn.LARGE : TryOn.SMALL;
            switch (PhotoReader.read(images.get(i), longestSide)) {
                case PhotoReader.Reading.Readable readable -> photos.add(readable.photo());
                case PhotoReader.Reading.Unreadable unreadable -> {
                    return new Failed(Reason.BAD_IMAGE, "image %d: %s".formatted(i + 1, unreadable.why()));
                }
            }
        }
        return new Picture(Jpeg.encode(TryOn.compose(photos)));
    }
}

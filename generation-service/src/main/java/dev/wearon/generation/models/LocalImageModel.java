package dev.wearon.generation.models;

import dev.wearon.generation.models.ImageModel.Outcome.BadImage;
import dev.wearon.generation.models.ImageModel.Outcome.Picture;
import dev.wearon.generation.models.ImageModel.Outcome.Retryable;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Makes a preview of a try-on with plain image processing: no network, no learned model, the same picture for the same bytes.
 * It places the garment below the detected face, by its kind on the torso, from the waist down or both, and applies the photo's
 * light and a shadow. It does not bend cloth around a body, does not remove the person's own clothes, covers long hair and hands,
 * and ignores the prompt.
 *
 * <p>The picture is a JPEG of 768 × 1024 pixels. Accessories are shown small in
 * a row along the lower edge. With one image only, the picture is the cropped portrait.
 */
final class LocalImageModel implements ImageModel {

    /** A little longer than one picture takes. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private static final String UNREADABLE =
            "One of the pictures could not be read. Please upload it again as JPEG, PNG or WebP.";

    private static final Capabilities CAPABILITIES = new Capabilities(2, EnumSet.allOf(GarmentType.class));

    private final ThreadPoolExecutor executor;

    LocalImageModel(int concurrency, int maxWaiting) {
        AtomicInteger number = new AtomicInteger();
        executor = new ThreadPoolExecutor(
                concurrency, concurrency, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(maxWaiting), task -> {
                    Thread thread = new Thread(task, "image-model-" + number.incrementAndGet());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    void close() {
        executor.shutdownNow();
    }

    @Override
    public Uni<Outcome> render(Request request) {
        return Uni.createFrom().emitter(caller -> enqueue(request, caller));
    }

    @Override
    public Capabilities capabilities() {
        return CAPABILITIES;
    }

    private void enqueue(Request request, UniEmitter<? super Outcome> caller) {
        try {
            Future<?> task = executor.submit(() -> renderInto(request, caller));
            // A cancelled request that still waits is not rendered.
            caller.onTermination(() -> task.cancel(false));
        } catch (RejectedExecutionException full) {
            caller.complete(new Retryable(RETRY_AFTER, "the queue of the local model is full"));
        }
    }

    private static void renderInto(Request request, UniEmitter<? super Outcome> caller) {
        try {
            caller.complete(compose(request.images(), request.garmentType()));
        } catch (Throwable fault) {
            caller.fail(fault);
        }
    }

    private static Outcome compose(List<byte[]> images, Optional<GarmentType> garmentType) {
        if (images.isEmpty()) {
            return new BadImage(UNREADABLE, "there is no image of a person");
        }
        List<BufferedImage> photos = new ArrayList<>(images.size());
        for (int i = 0; i < images.size(); i++) {
            // Accessories are shown small. Ten large photos at once would not fit in the heap.
            int longestSide = i < 2 ? Composition.MAX_PHOTO_SIDE : Composition.MAX_ACCESSORY_SIDE;
            switch (PhotoReader.read(images.get(i), longestSide)) {
                case PhotoReader.Result.Readable readable -> photos.add(readable.photo());
                case PhotoReader.Result.Unreadable unreadable -> {
                    return new BadImage(UNREADABLE, "image %d: %s".formatted(i + 1, unreadable.why()));
                }
            }
        }
        return switch (Composition.compose(photos, garmentType)) {
            case Composition.Result.Composed(BufferedImage picture) -> new Picture(Jpeg.encode(picture));
            case Composition.Result.Impossible(String message, String why) -> new BadImage(message, why);
        };
    }
}

package dev.wearon.generation.models;

import dev.wearon.generation.garments.GarmentType;
import dev.wearon.generation.models.ImageModel.Outcome.BadImage;
import dev.wearon.generation.models.ImageModel.Outcome.Picture;
import dev.wearon.generation.models.ImageModel.Outcome.Retryable;
import dev.wearon.generation.painting.Composition;
import dev.wearon.generation.photos.PhotoReader;
import dev.wearon.generation.photos.PhotoReader.Opened;
import dev.wearon.generation.photos.PhotoReader.Opened.Photo;
import dev.wearon.generation.photos.PhotoReader.Result.Unreadable;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.awt.image.BufferedImage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
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
 * <p>The picture is a JPEG of 768 × 1024 pixels. Accessories are shown small in a row along the lower edge.
 *
 * <p>A painting whose request is cancelled is interrupted. It stops at the next row that is decoded or searched for a face,
 * or the next plane that is blurred.
 */
final class LocalImageModel implements ImageModel {

    /** A little longer than one picture takes. */
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private static final Capabilities CAPABILITIES = new Capabilities(2, EnumSet.allOf(GarmentType.class), false);

    private final ThreadPoolExecutor executor;
    private final PaintingMemory memory;

    LocalImageModel(int concurrency, int maxWaiting, long maxMemory) {
        memory = new PaintingMemory(maxMemory);
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
            Painting painting = new Painting(request, caller);
            caller.onTermination(painting::cancel);
            executor.execute(painting);
        } catch (RejectedExecutionException full) {
            caller.complete(new Retryable(RETRY_AFTER, "the queue of the local model is full"));
        }
    }

    /** Runs once, at most until it is cancelled. */
    private final class Painting implements Runnable {

        private final Request request;
        private final UniEmitter<? super Outcome> caller;
        private Thread painter;
        private boolean ended;

        Painting(Request request, UniEmitter<? super Outcome> caller) {
            this.request = request;
            this.caller = caller;
        }

        @Override
        public void run() {
            if (!begin()) {
                return;
            }
            try {
                Outcome outcome = compose(request.images(), request.garmentType());
                end();
                caller.complete(outcome);
            } catch (InterruptedException | CancellationException cancelled) {
                // Nobody waits, unless the model is being closed.
                end();
                caller.fail(cancelled);
            } catch (Throwable fault) {
                end();
                caller.fail(fault);
            }
        }

        private synchronized boolean begin() {
            painter = Thread.currentThread();
            return !ended;
        }

        /** From now on the thread is not interrupted. What follows is the caller's, and the next painting's. */
        private synchronized void end() {
            ended = true;
            Thread.interrupted();
        }

        /** Also called after the end, and then does nothing. */
        private synchronized void cancel() {
            if (ended) {
                return;
            }
            ended = true;
            if (painter == null) {
                // A cancelled painting that waits does not take the place of another.
                executor.remove(this);
            } else {
                painter.interrupt();
            }
        }
    }

    private Outcome compose(List<byte[]> images, Optional<GarmentType> garmentType) throws InterruptedException {
        if (images.isEmpty()) {
            return new BadImage("There is no picture of a person. Please upload one.", "there is no image of a person");
        }
        List<Photo> opened = new ArrayList<>(images.size());
        for (int i = 0; i < images.size(); i++) {
            switch (PhotoReader.open(images.get(i))) {
                case Photo photo -> opened.add(photo);
                case Opened.Unreadable(Unreadable unreadable) -> {
                    return UnreadablePhoto.outcome(i, unreadable);
                }
            }
        }
        try (PaintingMemory.Share share = memory.take(PaintingMemory.need(opened))) {
            return decodeAndCompose(opened, garmentType);
        }
    }

    private static Outcome decodeAndCompose(List<Photo> opened, Optional<GarmentType> garmentType) {
        List<BufferedImage> photos = new ArrayList<>(opened.size());
        for (int i = 0; i < opened.size(); i++) {
            switch (opened.get(i).read(PaintingMemory.longestSide(i))) {
                case PhotoReader.Result.Readable(BufferedImage photo) -> photos.add(photo);
                case Unreadable unreadable -> {
                    return UnreadablePhoto.outcome(i, unreadable);
                }
            }
        }
        return switch (Composition.compose(photos, garmentType)) {
            case Composition.Result.Composed(BufferedImage picture) -> new Picture(Jpeg.encode(picture));
            case Composition.Result.Impossible(String message, String why) -> new BadImage(message, why);
        };
    }
}

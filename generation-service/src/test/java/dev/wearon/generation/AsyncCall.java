package dev.wearon.generation;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** A call that runs while the test continues. */
public final class AsyncCall<T> {

    private static final int TIMEOUT_SECONDS = 60;
    private static final ExecutorService THREADS =
            Executors.newCachedThreadPool(Thread.ofPlatform().daemon().factory());

    private final Future<T> running;

    private AsyncCall(Future<T> running) {
        this.running = running;
    }

    public static <T> AsyncCall<T> of(Callable<T> call) {
        return new AsyncCall<>(THREADS.submit(call));
    }

    /** Runs the same call several times at once. */
    public static <T> List<T> parallel(int times, Callable<T> call) {
        return IntStream.range(0, times).mapToObj(i -> of(call)).toList().stream()
                .map(AsyncCall::await)
                .toList();
    }

    public boolean isDone() {
        return running.isDone();
    }

    public T await() {
        try {
            return running.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        } catch (ExecutionException | TimeoutException failed) {
            throw new AssertionError(failed);
        }
    }
}

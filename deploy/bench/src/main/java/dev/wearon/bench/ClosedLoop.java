package dev.wearon.bench;

import dev.wearon.local.suite.UserError;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Clients of which each makes its next call when the last one is answered. They all run on one event loop, so that the
 * load itself costs little and its counters need no lock.
 */
final class ClosedLoop {

    private static final Duration LONGEST_ANSWER = Duration.ofSeconds(10);

    /** Makes one call at a time. */
    @FunctionalInterface
    interface Client {
        Future<Void> call();

        /** What it does between an answer and its next call; takes time that is not the call's. */
        default Future<Void> afterwards() {
            return Future.succeededFuture();
        }
    }

    private final List<Client> clients;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();

    private volatile boolean counting;
    private volatile boolean stopping;

    // Of the event loop, until it has ended.
    private int working;
    private long answered;
    private long[] latencies = new long[1 << 16];
    private int counted;

    private double seconds;

    /** @param clients each makes a call, on its own connection; a call that fails ends the run */
    ClosedLoop(List<Client> clients) {
        this.clients = clients;
    }

    void start(Vertx vertx) {
        working = clients.size();
        vertx.runOnContext(started -> clients.forEach(this::next));
    }

    /** Lets the clients work without counting. */
    void warmUp(Duration time) throws UserError {
        workFor(time);
    }

    /** Lets the clients work, and counts what is answered in this time. */
    void measure(Duration time) throws UserError {
        long start = System.nanoTime();
        counting = true;
        workFor(time);
        counting = false;
        seconds = (System.nanoTime() - start) / 1e9;
    }

    /** Waits for the calls under way and makes no more. */
    Load stop() throws UserError {
        stopping = true;
        try {
            ended.get(LONGEST_ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException hanging) {
            throw new UserError(
                    "A call was not answered within " + LONGEST_ANSWER.toSeconds() + " s.",
                    "look at what the servers logged");
        } catch (ExecutionException failed) {
            throw wrong(failed);
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
        long[] sorted = Arrays.copyOf(latencies, counted);
        Arrays.sort(sorted);
        return new Load(answered, seconds, sorted);
    }

    private void workFor(Duration time) throws UserError {
        try {
            ended.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException asItShouldBe) {
            return;
        } catch (ExecutionException failed) {
            throw wrong(failed);
        } catch (InterruptedException interrupted) {
            throw interrupted(interrupted);
        }
    }

    private void next(Client client) {
        if (stopping) {
            working--;
            if (working == 0) {
                ended.complete(null);
            }
            return;
        }
        long start = System.nanoTime();
        client.call()
                .onSuccess(answered -> count(System.nanoTime() - start))
                .compose(answered -> client.afterwards())
                .onSuccess(done -> next(client))
                .onFailure(this::end);
    }

    private void end(Throwable wrong) {
        stopping = true;
        ended.completeExceptionally(wrong);
    }

    private void count(long nanos) {
        answered++;
        if (!counting) {
            return;
        }
        if (counted == latencies.length) {
            latencies = Arrays.copyOf(latencies, 2 * counted);
        }
        latencies[counted] = nanos;
        counted++;
    }

    private static UserError wrong(ExecutionException failed) {
        return new UserError(
                "A call went wrong: " + failed.getCause().getMessage(),
                "this is a fault of the service or of the benchmark, not of the machine");
    }

    private static UserError interrupted(InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        return new UserError("Interrupted");
    }
}

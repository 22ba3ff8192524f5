package dev.wearon.bench.loop;

import dev.wearon.local.suite.UserError;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.HdrHistogram.Histogram;

/**
 * Clients. Each client makes its next call when its last call is answered. Each has a thread that blocks on its connection; this
 * costs the load generator three to ten microseconds of processor time per call, as little as an event loop.
 */
final class ClosedLoop {

    private final Side side;
    private final Duration answerTimeout;
    private final AtomicInteger begun = new AtomicInteger();
    private volatile boolean measuring;
    private volatile boolean stopping;

    private ClosedLoop(Side side, Duration answerTimeout) {
        this.side = side;
        this.answerTimeout = answerTimeout;
    }

    /**
     * Lets the clients work without measuring and then measures. Latencies are recorded only for calls that are answered in the
     * measured time. This time ends with the last answer. The number of answered calls includes the warm-up.
     *
     * @param answerTimeout how long to wait for the last answers
     * @throws UserError when an answer is wrong or does not come
     */
    static Measurement run(Side side, int clients, Duration warmUp, Duration measured, Duration answerTimeout)
            throws Exception {
        List<Side.Client> connected = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            try {
                for (int i = 0; i < clients; i++) {
                    connected.add(side.connect());
                }
                return new ClosedLoop(side, answerTimeout).run(connected, threads, warmUp, measured);
            } finally {
                // Also frees the thread of a client that still waits for an answer.
                for (Side.Client client : connected) {
                    client.close();
                }
            }
        }
    }

    private Measurement run(List<Side.Client> clients, ExecutorService threads, Duration warmUp, Duration measured)
            throws Exception {
        List<Tally> tallies = Stream.generate(Tally::new).limit(clients.size()).toList();
        Map<String, Double> cpuBefore = ProcessCosts.cpuMicros(side.processes());
        long start = System.nanoTime();
        measuring = warmUp.isZero();
        if (measuring) {
            side.measuringBegins();
        }
        CompletableFuture<?>[] working = new CompletableFuture<?>[clients.size()];
        CompletableFuture<Void> failure = new CompletableFuture<>();
        for (int i = 0; i < working.length; i++) {
            Side.Client client = clients.get(i);
            Tally tally = tallies.get(i);
            working[i] = CompletableFuture.runAsync(() -> work(client, tally), threads);
            working[i].whenComplete((end, wrong) -> {
                if (wrong != null) {
                    failure.completeExceptionally(wrong);
                }
            });
        }
        // A wrong answer ends the run at once, also while another client waits for an answer.
        CompletableFuture<Object> all = CompletableFuture.anyOf(CompletableFuture.allOf(working), failure);
        if (!measuring) {
            await(all, warmUp);
            // Reading the costs takes a moment, which is not part of the measured time.
            cpuBefore = ProcessCosts.cpuMicros(side.processes());
            side.measuringBegins();
            start = System.nanoTime();
            measuring = true;
        }
        await(all, measured);
        stopping = true;
        if (!await(all, answerTimeout)) {
            throw new UserError(
                    "A call was not answered within " + answerTimeout.toSeconds() + " s.",
                    "look at what the servers logged");
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        Map<String, Double> cpu = ProcessCosts.minus(ProcessCosts.cpuMicros(side.processes()), cpuBefore);
        Tally sum = new Tally();
        tallies.forEach(sum::add);
        // A copy, because the side goes on to record the warm-up of its next turn.
        Histogram latencies = side.latencies().map(Histogram::copy).orElse(sum.latencies);
        return new Measurement(side.name(), latencies, seconds, sum.answered, sum.refused, cpu, DatabaseCosts.UNKNOWN);
    }

    private void work(Side.Client client, Tally tally) {
        try {
            while (!stopping && begun.getAndIncrement() < side.maxCalls()) {
                long start = System.nanoTime();
                try {
                    client.call();
                } catch (Side.Refused busy) {
                    tally.refused += measuring ? 1 : 0;
                    continue;
                }
                tally.answered++;
                if (measuring) {
                    tally.latencies.recordValue(System.nanoTime() - start);
                }
                client.afterwards();
            }
        } catch (Exception wrong) {
            stopping = true;
            throw new CompletionException(wrong);
        }
    }

    /** What one client counts. */
    private static final class Tally {

        private static final int DIGITS = 3;

        private final Histogram latencies = new Histogram(DIGITS);
        private long answered;
        private long refused;

        void add(Tally other) {
            latencies.add(other.latencies);
            answered += other.answered;
            refused += other.refused;
        }
    }

    /** @return whether all clients have ended */
    private static boolean await(CompletableFuture<Object> all, Duration time) throws UserError {
        try {
            all.get(time.toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException stillWorking) {
            return false;
        } catch (ExecutionException failed) {
            throw new UserError(
                    "A call failed: " + failed.getCause().getMessage(),
                    "this is a fault of the service or of the benchmark, not of the machine");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UserError("Interrupted");
        }
    }
}

package dev.wearon.bench;

import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;

/**
 * Clients of which each makes its next call when the last one is answered, each on a thread of its own: what they move is
 * large, and to wait for it costs least.
 */
final class Crowd {

    /** Makes one call and returns when it is answered. */
    @FunctionalInterface
    interface Client {

        /** @param number from 0, another one for each call of all clients */
        void call(int number) throws IOException;
    }

    private Crowd() {}

    /**
     * All calls count, in all the time from the first one's start to the last one's end; one that fails ends the run.
     *
     * @param time after which no call is begun
     * @param most calls that are made
     */
    static Load run(List<Client> clients, Duration time, int most) throws UserError {
        AtomicInteger made = new AtomicInteger();
        long start = System.nanoTime();
        try (ExecutorService threads = Executors.newFixedThreadPool(clients.size())) {
            List<Future<LongStream>> latencies = new ArrayList<>();
            for (Client client : clients) {
                latencies.add(threads.submit(() -> work(client, start + time.toNanos(), made, most)));
            }
            LongStream all = LongStream.empty();
            for (Future<LongStream> each : latencies) {
                all = LongStream.concat(all, each.get());
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            long[] sorted = all.sorted().toArray();
            return new Load(sorted.length, seconds, sorted);
        } catch (ExecutionException failed) {
            throw new UserError(
                    "A call went wrong: " + failed.getCause().getMessage(),
                    "this is a fault of the service or of the benchmark, not of the machine");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new UserError("Interrupted");
        }
    }

    private static LongStream work(Client client, long end, AtomicInteger made, int most) throws IOException {
        LongStream.Builder latencies = LongStream.builder();
        int number = made.getAndIncrement();
        while (number < most && System.nanoTime() < end) {
            long start = System.nanoTime();
            try {
                client.call(number);
            } catch (IOException wrong) {
                made.set(most);
                throw wrong;
            }
            latencies.add(System.nanoTime() - start);
            number = made.getAndIncrement();
        }
        return latencies.build();
    }
}

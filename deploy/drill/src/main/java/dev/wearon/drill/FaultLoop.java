package dev.wearon.drill;

import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Injects the rounds of a {@link FaultPlan} one after the other, in its own thread, until {@link #stop}. */
final class FaultLoop {

    private static final Duration MAX_RECOVERY = Duration.ofSeconds(30);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(200);

    enum Kind {
        KILLS,
        STOPS,
        PAUSES,
        REDIS_FLUSHES
    }

    private final FaultPlan plan;
    private final FaultInjector injector;
    private final Consumer<String> progress;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().daemon().name("faults").unstarted(this::run);
    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);

    FaultLoop(FaultPlan plan, FaultInjector injector, Consumer<String> progress) {
        this.plan = plan;
        this.injector = injector;
        this.progress = progress;
    }

    void start() {
        thread.start();
    }

    /** Ends the loop and waits until no program is paused. Killed programs may still be starting. */
    void stop() throws InterruptedException {
        stopping.countDown();
        thread.join();
    }

    synchronized int count(Kind kind) {
        return counts.getOrDefault(kind, 0);
    }

    /** For example {@code kills} and how many there were. */
    synchronized Map<String, Integer> counts() {
        Map<String, Integer> byName = new TreeMap<>();
        for (Kind kind : Kind.values()) {
            byName.put(kind.name().toLowerCase(Locale.ROOT), count(kind));
        }
        return byName;
    }

    synchronized int count() {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    private void run() {
        try {
            FaultPlan.Round round = plan.next();
            while (!stoppedBefore(round)) {
                List<FaultInjector.ActiveFault> active = new ArrayList<>();
                for (Fault fault : round.faults()) {
                    begin(fault).ifPresent(active::add);
                }
                for (FaultInjector.ActiveFault fault : active) {
                    fault.awaitEnd();
                }
                round = plan.next();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (IOException | UserError suiteIsDown) {
            progress.accept("no more faults are possible: " + suiteIsDown.getMessage());
        }
    }

    /** Waits for the round's time. Returns true if {@link #stop} was called before. */
    private boolean stoppedBefore(FaultPlan.Round round) throws InterruptedException, IOException, UserError {
        long deadline = System.nanoTime() + MAX_RECOVERY.toNanos();
        while (round.afterRecovery() && System.nanoTime() < deadline && !injector.allReady()) {
            if (stopping.await(POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
                return true;
            }
        }
        return stopping.await(round.gap().toMillis(), TimeUnit.MILLISECONDS);
    }

    private Optional<FaultInjector.ActiveFault> begin(Fault fault) throws IOException, UserError {
        Optional<FaultInjector.ActiveFault> begun = injector.begin(fault);
        progress.accept(fault + (begun.isPresent() ? "" : ": skipped, it is not running"));
        if (begun.isPresent()) {
            recordFault(fault);
        }
        return begun;
    }

    private synchronized void recordFault(Fault fault) {
        Kind kind =
                switch (fault) {
                    case Fault.Kill ignored -> Kind.KILLS;
                    case Fault.Stop ignored -> Kind.STOPS;
                    case Fault.Pause ignored -> Kind.PAUSES;
                    case Fault.EmptyRedis ignored -> Kind.REDIS_FLUSHES;
                };
        counts.merge(kind, 1, Integer::sum);
    }

    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d kills, %d pauses, %d stops, Redis emptied %d times",
                count(Kind.KILLS),
                count(Kind.PAUSES),
                count(Kind.STOPS),
                count(Kind.REDIS_FLUSHES));
    }
}

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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Breaks one thing after the other in a thread of its own, until it is told to stop. */
final class FaultLoop {

    private static final Duration LONGEST_RECOVERY = Duration.ofSeconds(30);
    private static final Duration LOOK_EVERY = Duration.ofMillis(200);

    /** What was done, as the report counts it. */
    enum Kind {
        KILLS,
        PAUSES,
        EMPTIED
    }

    private final FaultPlan plan;
    private final FaultInjector victims;
    private final Consumer<String> progress;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread = Thread.ofPlatform().daemon().name("chaos").unstarted(this::run);

    private final Map<Kind, Integer> done = new EnumMap<>(Kind.class);

    FaultLoop(FaultPlan plan, FaultInjector victims, Consumer<String> progress) {
        this.plan = plan;
        this.victims = victims;
        this.progress = progress;
    }

    void start() {
        thread.start();
    }

    /** Returns when nothing is paused any more; what was killed may still be on its way up. */
    void stop() throws InterruptedException {
        stopping.countDown();
        thread.join();
    }

    synchronized int count(Kind kind) {
        return done.getOrDefault(kind, 0);
    }

    synchronized int count() {
        return done.values().stream().mapToInt(Integer::intValue).sum();
    }

    private void run() {
        try {
            FaultPlan.Round round = plan.next();
            while (!stoppedBefore(round)) {
                List<FaultInjector.Begun> begun = new ArrayList<>();
                for (Fault fault : round.faults()) {
                    begin(fault).ifPresent(begun::add);
                }
                for (FaultInjector.Begun fault : begun) {
                    fault.end();
                }
                round = plan.next();
            }
        } catch (InterruptedException nobodyInterruptsThis) {
            Thread.currentThread().interrupt();
        } catch (IOException | UserError suiteIsGone) {
            progress.accept("nothing more can be broken: " + suiteIsGone.getMessage());
        }
    }

    /** Waits until it is time for the round, and tells whether there is to be one. */
    private boolean stoppedBefore(FaultPlan.Round round) throws InterruptedException, IOException, UserError {
        long enough = System.nanoTime() + LONGEST_RECOVERY.toNanos();
        while (round.whenUp() && System.nanoTime() < enough && !victims.areAllUp()) {
            if (stopping.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS)) {
                return true;
            }
        }
        return stopping.await(round.gap().toMillis(), TimeUnit.MILLISECONDS);
    }

    private Optional<FaultInjector.Begun> begin(Fault fault) throws IOException, UserError {
        Optional<FaultInjector.Begun> begun = victims.begin(fault);
        progress.accept(fault + (begun.isPresent() ? "" : ": not there just now"));
        if (begun.isPresent()) {
            count(fault);
        }
        return begun;
    }

    private synchronized void count(Fault fault) {
        Kind kind =
                switch (fault) {
                    case Fault.Kill ignored -> Kind.KILLS;
                    case Fault.Pause ignored -> Kind.PAUSES;
                    case Fault.Empty ignored -> Kind.EMPTIED;
                };
        done.merge(kind, 1, Integer::sum);
    }

    /** For people: {@code 4 kills, 3 pauses, Redis emptied 1 times}. */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%d kills, %d pauses, Redis emptied %d times",
                count(Kind.KILLS),
                count(Kind.PAUSES),
                count(Kind.EMPTIED));
    }
}

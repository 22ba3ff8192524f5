package dev.wearon.drill;

import dev.wearon.local.suite.Layout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The endless sequence of a drill's faults, in rounds. The same seed gives the same rounds. Faults are drawn from a shuffled
 * deck: no fault repeats before every other fault has occurred, so even a short drill has a variety of faults.
 */
final class FaultPlan {

    /** Those of every suite. */
    static final List<String> PROGRAMS = Stream.concat(
                    Layout.SERVICES.stream(), Stream.of(Layout.POSTGRES, Layout.REDIS))
            .toList();

    private static final Set<String> SERVERS = Set.of(Layout.POSTGRES, Layout.REDIS);

    private static final int MIN_GAP_MS = 500;
    private static final int MAX_GAP_MS = 4_000;
    private static final int MIN_PAUSE_MS = 1_000;
    private static final int MAX_PAUSE_MS = 6_000;

    /** The share of rounds with two faults. */
    private static final double TWO_FAULTS = 0.2;
    /** The share of rounds that wait for the recovery; the other rounds add a fault before it. */
    private static final double AFTER_RECOVERY = 0.6;

    /**
     * @param afterRecovery whether all programs must be ready before the gap begins
     * @param gap the time without new faults
     * @param faults one fault, or two simultaneous faults of different programs
     */
    record Round(boolean afterRecovery, Duration gap, List<Fault> faults) {}

    private final Random random;
    private final List<String> programs;
    private final Deque<Fault> deck = new ArrayDeque<>();

    /** @param replicas the names of further programs */
    FaultPlan(long seed, Collection<String> replicas) {
        this.random = new Random(seed);
        this.programs = Stream.concat(PROGRAMS.stream(), replicas.stream()).toList();
    }

    Round next() {
        boolean afterRecovery = random.nextDouble() < AFTER_RECOVERY;
        Duration gap = between(MIN_GAP_MS, MAX_GAP_MS);
        Fault first = draw();
        boolean twoFaults = random.nextDouble() < TWO_FAULTS;
        if (twoFaults && !top().program().equals(first.program())) {
            return new Round(afterRecovery, gap, List.of(first, draw()));
        }
        return new Round(afterRecovery, gap, List.of(first));
    }

    private Fault draw() {
        Fault drawn = top();
        deck.pop();
        return drawn;
    }

    private Fault top() {
        if (deck.isEmpty()) {
            List<Fault> all = new ArrayList<>(List.of(new Fault.EmptyRedis(Layout.REDIS)));
            for (String program : programs) {
                all.add(new Fault.Kill(program));
                if (!SERVERS.contains(program)) {
                    all.add(new Fault.Stop(program));
                }
                all.add(new Fault.Pause(program, between(MIN_PAUSE_MS, MAX_PAUSE_MS)));
            }
            Collections.shuffle(all, random);
            deck.addAll(all);
        }
        return deck.peek();
    }

    private Duration between(int minMs, int maxMs) {
        return Duration.ofMillis(minMs + random.nextInt(maxMs - minMs + 1));
    }
}

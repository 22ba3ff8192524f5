package dev.wearon.drill;

import dev.wearon.local.suite.Layout;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The faults of a drill, one round after the other, without end. The same seed gives the same rounds. Dealt like cards, so
 * that also a short drill has a bit of everything: nothing comes again before everything else has come.
 */
final class FaultPlan {

    static final List<String> PROGRAMS = Stream.concat(
                    Layout.SERVICES.stream(), Stream.of(Layout.POSTGRES, Layout.REDIS))
            .toList();

    private static final int SHORTEST_GAP_MS = 500;
    private static final int LONGEST_GAP_MS = 4_000;
    private static final int SHORTEST_PAUSE_MS = 1_000;
    private static final int LONGEST_PAUSE_MS = 6_000;

    private static final double TWO_AT_ONCE = 0.2;
    /** The others hit a suite that is still busy getting over the ones before. */
    private static final double WHEN_ALL_IS_UP = 0.6;

    /**
     * @param whenUp whether everything is up again before the gap begins
     * @param gap nothing new is broken for so long
     * @param faults one, or two of different programs at once
     */
    record Round(boolean whenUp, Duration gap, List<Fault> faults) {}

    private final Random random;
    private final Deque<Fault> cards = new ArrayDeque<>();

    FaultPlan(long seed) {
        this.random = new Random(seed);
    }

    Round next() {
        boolean whenUp = random.nextDouble() < WHEN_ALL_IS_UP;
        Duration gap = between(SHORTEST_GAP_MS, LONGEST_GAP_MS);
        Fault first = deal();
        boolean twoAtOnce = random.nextDouble() < TWO_AT_ONCE;
        if (twoAtOnce && !top().program().equals(first.program())) {
            return new Round(whenUp, gap, List.of(first, deal()));
        }
        return new Round(whenUp, gap, List.of(first));
    }

    private Fault deal() {
        Fault dealt = top();
        cards.pop();
        return dealt;
    }

    private Fault top() {
        if (cards.isEmpty()) {
            List<Fault> deck = new ArrayList<>(List.of(new Fault.Empty(Layout.REDIS)));
            for (String program : PROGRAMS) {
                deck.add(new Fault.Kill(program));
                deck.add(new Fault.Pause(program, between(SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS)));
            }
            Collections.shuffle(deck, random);
            cards.addAll(deck);
        }
        return cards.peek();
    }

    private Duration between(int leastMs, int mostMs) {
        return Duration.ofMillis(leastMs + random.nextInt(mostMs - leastMs + 1));
    }
}

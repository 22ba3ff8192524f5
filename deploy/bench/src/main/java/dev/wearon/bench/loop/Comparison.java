package dev.wearon.bench.loop;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Measures the sides of a row on the same machine, in turns. */
public final class Comparison {

    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);
    private static final double STEADY = 0.02;

    /**
     * The times of a benchmark.
     *
     * @param serviceWarmUp load on services before anything is measured, so that the JVM has compiled their code
     * @param rounds how many turns each side has in each row
     * @param warmUp load at the start of each turn, so that connections are open and statements prepared
     * @param measured the measured time of each turn
     */
    record Pace(Duration serviceWarmUp, int rounds, Duration warmUp, Duration measured) {}

    private final DatabaseStatistics database;
    private final Pace pace;
    private final PrintWriter out;
    private int roundsDone;

    Comparison(DatabaseStatistics database, Pace pace, PrintWriter out) {
        this.database = database;
        this.pace = pace;
        this.out = out;
    }

    /**
     * Load on services before anything is measured, shared equally among the sides, one after the other.
     *
     * @return how many calls were answered
     */
    public long warmUp(int clients, Side... sides) throws Exception {
        out.printf("Warming up for %d s%n", pace.serviceWarmUp().toSeconds());
        long answered = 0;
        for (Side side : sides) {
            answered += turn(side, clients, Duration.ZERO, pace.serviceWarmUp().dividedBy(sides.length))
                    .answered();
        }
        return answered;
    }

    /**
     * Load until the side is as fast as it gets: until so many calls were answered, until three windows in a row have rates
     * that differ by less than a fiftieth, or until the time is over. Two agree by chance while a process still gets faster. Prints the rate of each window.
     *
     * @return how many calls were answered
     */
    public long warmUpUntilSteady(int clients, Side side, long calls, Duration longest) throws Exception {
        Duration window = pace.serviceWarmUp().dividedBy(2);
        long start = System.nanoTime();
        long answered = 0;
        double rate = 0;
        int agreed = 0;
        String why = "the time was over";
        out.printf("Warming up %s, calls per second:", side.name());
        while (System.nanoTime() - start < longest.toNanos()) {
            Measurement measured = turn(side, clients, Duration.ZERO, window);
            answered += measured.answered();
            double before = rate;
            rate = measured.perSecond();
            out.printf(" %.0f", rate);
            out.flush();
            if (answered >= calls) {
                why = "the calls were enough";
                break;
            }
            agreed = Math.abs(rate - before) < STEADY * rate ? agreed + 1 : 0;
            if (agreed == 2) {
                why = "three windows agreed";
                break;
            }
        }
        out.printf(
                "%nWarmed up %s for %d s: %,d calls, until %s%n",
                side.name(), Duration.ofNanos(System.nanoTime() - start).toSeconds(), answered, why);
        return answered;
    }

    /**
     * The same load on several sides, in turns: a process that is idle for minutes while others warm up gets slow again. Prints the
     * rates of each round.
     *
     * @param longestEach how long each side is under load
     * @return how many calls were answered
     */
    public long warmUpInTurns(int clients, List<? extends Side> sides, Duration longestEach) throws Exception {
        Duration window = pace.serviceWarmUp().dividedBy(4);
        long answered = 0;
        for (Duration each = Duration.ZERO; each.compareTo(longestEach) < 0; each = each.plus(window)) {
            out.print("Warming up, calls per second:");
            for (Side side : sides) {
                Measurement measured = turn(side, clients, Duration.ZERO, window);
                answered += measured.answered();
                out.printf(" %s %.0f", side.name(), measured.perSecond());
            }
            out.println();
            out.flush();
        }
        return answered;
    }

    /** One turn of each side from its very first call on. */
    public List<Measurement> measureCold(List<? extends Side> sides, int clients, Duration measured) throws Exception {
        List<Measurement> turns = new ArrayList<>();
        for (Side side : sides) {
            turns.add(turn(side, clients, Duration.ZERO, measured));
        }
        return turns;
    }

    /**
     * Each round begins with another side, because the second side finds the machine as the first one left it.
     *
     * @return for each side the sum of its turns
     */
    public List<Measurement> measure(List<? extends Side> sides, int clients) throws Exception {
        Measurement[] sums = new Measurement[sides.size()];
        for (int round = 0; round < pace.rounds(); round++) {
            for (int turn = 0; turn < sums.length; turn++) {
                int which = (roundsDone + turn) % sums.length;
                Measurement measured = turn(sides.get(which), clients, pace.warmUp(), pace.measured());
                sums[which] = sums[which] == null ? measured : sums[which].plus(measured);
            }
            roundsDone++;
        }
        return Arrays.asList(sums);
    }

    private Measurement turn(Side side, int clients, Duration warmUp, Duration time) throws Exception {
        side.prepare();
        DatabaseCosts before = database.costs();
        Measurement measured = ClosedLoop.run(side, clients, warmUp, time, ANSWER_TIMEOUT);
        if (!side.databaseRoles().isEmpty()) {
            database.endConnections(side.databaseRoles());
            measured = measured.with(database.costs().minus(before));
        }
        side.finish(measured.answered());
        return measured;
    }
}

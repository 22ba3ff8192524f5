package dev.wearon.gateway.limits;

import java.util.List;

/**
 * What became of a request at its limits.
 *
 * @param passes whether it was taken from all of its windows; otherwise from none
 * @param nowMs the time at which that was decided, in ms since the epoch
 * @param standings how the windows stand now, at least one
 */
public record Verdict(boolean passes, long nowMs, List<Standing> standings) {

    /**
     * How a window stands.
     *
     * @param atMs when the next call would pass if none is left, else when the window is full again
     */
    record Standing(Window window, int left, long atMs) {

        private boolean isTighterThan(Standing other) {
            return left < other.left || (left == 0 && other.left == 0 && atMs > other.atMs);
        }
    }

    /** The window with the least left; of several with nothing left, the one that is last to let a call pass. */
    Standing tightest() {
        Standing tightest = standings.getFirst();
        for (Standing standing : standings) {
            if (standing.isTighterThan(tightest)) {
                tightest = standing;
            }
        }
        return tightest;
    }

    /** From now until {@link Standing#atMs} of the tightest window, rounded up. */
    long seconds() {
        return Math.ceilDiv(Math.max(0, tightest().atMs() - nowMs), 1_000L);
    }

    /** For one that does not pass: which limit is in its way, and until when. */
    public String refusal() {
        long seconds = Math.max(1, seconds());
        return "The limit of " + tightest().window().told() + " is reached. The next one passes in " + seconds
                + (seconds == 1 ? " second." : " seconds.");
    }
}

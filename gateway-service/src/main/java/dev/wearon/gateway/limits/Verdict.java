package dev.wearon.gateway.limits;

import java.util.List;

/**
 * The decision whether a request is within its limits.
 *
 * @param counted how many calls were counted in all of the windows; none if one of them was full
 * @param nowMs the time of the decision, in ms since the epoch
 * @param windows the windows after the decision, at least one
 */
public record Verdict(int counted, long nowMs, List<WindowState> windows) {

    /** @param atMs when the next call passes, if none is left, or else when the window is empty again */
    record WindowState(Window window, int left, long atMs) {

        WindowState withMoreLeft(int more) {
            return new WindowState(window, left + more, atMs);
        }

        private boolean isTighterThan(WindowState other) {
            return left < other.left || (left == 0 && other.left == 0 && atMs > other.atMs);
        }
    }

    public boolean passes() {
        return counted > 0;
    }

    /** The window with the fewest calls left. If several have none left, the one that lets a call pass last. */
    WindowState tightest() {
        WindowState tightest = windows.getFirst();
        for (WindowState state : windows) {
            if (state.isTighterThan(tightest)) {
                tightest = state;
            }
        }
        return tightest;
    }

    /** From now until {@link WindowState#atMs} of the tightest window, rounded up. */
    long seconds() {
        return Math.ceilDiv(Math.max(0, tightest().atMs() - nowMs), 1_000L);
    }

    /** The message of a refusal: the limit, and when the next request passes. */
    public String refusal() {
        long seconds = Math.max(1, seconds());
        return "The limit of " + tightest().window().description() + " is reached. The next one passes in " + seconds
                + (seconds == 1 ? " second." : " seconds.");
    }
}

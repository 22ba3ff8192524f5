package dev.wearon.gateway.deliveries;

import java.time.Duration;
import java.util.Locale;

/**
 * The result of sending a message once.
 *
 * @param status null unless the receiver has answered
 * @param response the start of the answer; null unless the receiver has answered
 * @param retryAfter how long the receiver wants to be left alone; zero if it did not say so
 */
record Attempt(Outcome outcome, Integer status, Duration duration, String response, Duration retryAfter) {

    private static final int GONE = 410;

    enum Outcome {
        DELIVERED,
        /** Answered with another status than 2xx. */
        REFUSED,
        TIMEOUT,
        /** There was no connection, no valid certificate or no valid answer. */
        UNREACHABLE,
        /** The host does not exist, or has an address that must not be called. Nothing was sent. */
        NO_ADDRESS;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Without an answer of the receiver. */
    static Attempt unanswered(Outcome outcome, Duration duration) {
        return new Attempt(outcome, null, duration, null, Duration.ZERO);
    }

    boolean isDelivered() {
        return outcome == Outcome.DELIVERED;
    }

    /** The receiver wants no messages any more. */
    boolean isGone() {
        return status != null && status == GONE;
    }
}

package dev.wearon.generation.worker;

import dev.wearon.generation.images.Images;
import dev.wearon.generation.sessions.FailureCode;
import java.time.Duration;

/** The result of an attempt at a session. It decides what the worker writes. */
sealed interface AttemptResult {

    /** The picture is in storage: complete the session. */
    record Completed(Images.Stored result) implements AttemptResult {}

    /** A temporary fault: hand the session back for another attempt after a delay. */
    record Retry(Duration after, String why) implements AttemptResult {}

    /**
     * A permanent fault: fail the session.
     *
     * @param message for the shopper
     * @param why for the log
     */
    record Failed(FailureCode code, String message, String why) implements AttemptResult {

        Failed(FailureCode code, String why) {
            this(code, code.message(), why);
        }
    }

    /** The lease ran out and another attempt has begun, or the session was closed: write nothing. */
    record LeaseLost() implements AttemptResult {}

    /** The session was cancelled, or its deadline has passed: write nothing. */
    record SessionEnded() implements AttemptResult {}

    /** The worker stops: undo the claim, as if this attempt had not been made. */
    record Stopped() implements AttemptResult {}

    /**
     * A retry if an attempt is left, else a failure with {@code code}.
     *
     * @param attempt the attempt that just ended, from 1
     * @param maxAttempts how many attempts a session gets
     */
    static AttemptResult retryOrFail(int attempt, int maxAttempts, Duration after, FailureCode code, String why) {
        return attempt < maxAttempts ? new Retry(after, why) : new Failed(code, why);
    }
}

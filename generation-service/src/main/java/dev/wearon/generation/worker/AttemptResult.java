package dev.wearon.generation.worker;

import dev.wearon.generation.images.Images;
import dev.wearon.generation.sessions.FailureCode;
import java.time.Duration;

/** How an attempt at a session ended, and so what is to be written down. */
sealed interface AttemptResult {

    /** The picture lies in storage: complete. */
    record Completed(Images.Stored result) implements AttemptResult {}

    /** Something that may pass: hand the session back, to be tried again after a while. */
    record Retry(Duration after, String why) implements AttemptResult {}

    /** Nothing that another attempt would cure: fail it for good. */
    record Failed(FailureCode code, String why) implements AttemptResult {}

    /** The lease ran out unnoticed and another attempt has begun, or the session was closed: there is nothing to write. */
    record LeaseLost() implements AttemptResult {}

    /** The worker stops: hand the session to another one, as if this attempt had not been made. */
    record Stopped() implements AttemptResult {}

    /**
     * Another attempt if one is left, else the end with {@code code}.
     *
     * @param attempt the one that just ended, from 1
     * @param maxAttempts how many there may be
     */
    static AttemptResult retryOrFail(int attempt, int maxAttempts, Duration after, FailureCode code, String why) {
        return attempt < maxAttempts ? new Retry(after, why) : new Failed(code, why);
    }
}

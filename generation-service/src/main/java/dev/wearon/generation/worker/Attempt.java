package dev.wearon.generation.worker;

import dev.wearon.generation.images.Images;
import dev.wearon.generation.sessions.FailureCode;
import java.time.Duration;

/** How an attempt at a session ended, and so what is to be written down. */
sealed interface Attempt {

    /** The picture lies in storage: complete. */
    record Finished(Images.Stored result) implements Attempt {}

    /** Something that may pass: hand the session back, to be tried again after a while. */
    record Again(Duration after, String why) implements Attempt {}

    /** Nothing that another attempt would cure: fail it for good. */
    record GivenUp(FailureCode code, String why) implements Attempt {}

    /** The lease ran out unnoticed and another attempt has begun, or the session was closed: there is nothing to write. */
    record TakenOver() implements Attempt {}

    /** The worker stops: hand the session to another one, as if this attempt had not been made. */
    record CutShort() implements Attempt {}

    /**
     * Another attempt if one is left, else the end with {@code code}.
     *
     * @param attempt the one that just ended, from 1
     * @param maxAttempts how many there may be
     */
    static Attempt again(int attempt, int maxAttempts, Duration after, FailureCode code, String why) {
        return attempt < maxAttempts ? new Again(after, why) : new GivenUp(code, why);
    }
}

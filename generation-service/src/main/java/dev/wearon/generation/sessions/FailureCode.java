package dev.wearon.generation.sessions;

import java.util.EnumSet;
import java.util.Set;

/** Why a session failed: a stable code for programs, a message for people. Each has a row in docs/errors.md. */
public enum FailureCode {
    MODERATION_BLOCKED(
            "The pictures did not pass the safety filter. Please try other pictures. Your credit was returned."),
    MODEL_UNAVAILABLE("The picture could not be made right now. Please try again later. Your credit was returned."),
    MODEL_TIMEOUT("Making the picture took too long. Please try again. Your credit was returned."),
    /** The text is for a picture that was deleted; for all others the image model says what is wrong. */
    BAD_IMAGE("One of the pictures is no longer stored. Please upload it again. Your credit was returned."),
    QUEUE_UNAVAILABLE("The try-on could not be queued. Please try again. Your credit was returned."),
    DEADLINE("The try-on waited too long and was closed. Please try again. Your credit was returned."),
    CANCELLED("The try-on was cancelled. Your credit was returned."),
    ABANDONED("The try-on was closed before it was accepted. Please try again. Any charge is given back."),
    WORKER_LOST("The try-on was interrupted too often and was closed. Please try again. Your credit was returned."),
    INTERNAL("Something went wrong on our side. Please try again. Your credit was returned.");

    /** Codes of sessions that were closed before their create was answered. The client may send the request again. */
    private static final Set<FailureCode> BEFORE_RESPONSE = EnumSet.of(QUEUE_UNAVAILABLE, ABANDONED);

    private final String message;

    FailureCode(String message) {
        this.message = message;
    }

    /** @param code as stored; it may be one that this version does not know */
    static boolean isBeforeResponse(String code) {
        return BEFORE_RESPONSE.stream().anyMatch(known -> known.name().equals(code));
    }

    /**
     * The text for the shopper, with what is wrong in this case.
     *
     * @param problem whole sentences for the shopper
     */
    public String message(String problem) {
        return problem + " Your credit was returned.";
    }

    /** The text for the shopper. It never contains details of the fault. */
    public String message() {
        return message;
    }
}

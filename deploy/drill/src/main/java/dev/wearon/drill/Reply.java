package dev.wearon.drill;

import java.util.Optional;
import java.util.UUID;

/**
 * The gateway's answer to a client, or {@link #NONE}.
 *
 * @param status the HTTP status; 0 if there was no answer
 * @param code the error code, or an empty text
 * @param session the session of a success
 * @param sessionStatus the status of that session, or an empty text
 * @param replayed whether the header {@code Idempotency-Replayed} is {@code true}
 */
record Reply(int status, String code, Optional<UUID> session, String sessionStatus, boolean replayed) {

    static final Reply NONE = new Reply(0, "", Optional.empty(), "", false);

    boolean isAcknowledged() {
        return status == 201 && session.isPresent();
    }

    /** A repeat of the same request would get the same refusal. */
    boolean isFinalRefusal() {
        boolean temporary = status == 429 || code.equals("REQUEST_IN_PROGRESS");
        return status >= 400 && status < 500 && !temporary;
    }

    /** The status and the error code, for example {@code 503 SERVICE_UNAVAILABLE}. */
    String brief() {
        return status == 0 ? "no answer" : (status + " " + code).strip();
    }
}

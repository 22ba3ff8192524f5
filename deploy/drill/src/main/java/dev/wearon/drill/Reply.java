package dev.wearon.drill;

import java.util.Optional;
import java.util.UUID;

/**
 * What a client was told.
 *
 * @param status 0: no answer came
 * @param code of a refusal, else empty
 * @param session of a success
 * @param sessionStatus of a success
 * @param replayed whether it says that it repeats an earlier answer
 */
record Reply(int status, String code, Optional<UUID> session, String sessionStatus, boolean replayed) {

    static final Reply NONE = new Reply(0, "", Optional.empty(), "", false);

    boolean acknowledges() {
        return status == 201 && session.isPresent();
    }

    /** Final: the same request would be answered the same again. */
    boolean refuses() {
        boolean passes = status == 429 || code.equals("REQUEST_IN_PROGRESS");
        return status >= 400 && status < 500 && !passes;
    }

    /** For the report: {@code 503 SERVICE_UNAVAILABLE}. */
    String brief() {
        return status == 0 ? "no answer" : (status + " " + code).strip();
    }
}

package dev.wearon.client.errors;

import java.util.UUID;

/** The time of the call is over. With a {@link #sessionId} the try-on continues: wait for it again. */
public final class WearOnTimeoutException extends WearOnConnectionException {

    private static final long serialVersionUID = 1;

    public WearOnTimeoutException(String message) {
        super(TIMEOUT, message, Facts.NONE);
    }

    public WearOnTimeoutException(String message, UUID sessionId) {
        super(TIMEOUT, message, Facts.NONE.orSessionId(sessionId));
    }
}

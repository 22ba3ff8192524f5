package dev.wearon.storage.backends;

/**
 * The backend has answered, but an operator must change something before it can be used. The message is one line for
 * the operator: it names the variable and the necessary change.
 */
public final class BackendRefused extends RuntimeException {

    public BackendRefused(String message, Throwable cause) {
        super(message, cause);
    }

    public BackendRefused(String message) {
        this(message, null);
    }
}

package dev.wearon.storage.backends;

/**
 * The backend has answered and is of no use until an operator changes something. The message is for them: one line, which
 * names the variable and the way out.
 */
public final class BackendRefused extends RuntimeException {

    public BackendRefused(String message, Throwable cause) {
        super(message, cause);
    }

    public BackendRefused(String message) {
        this(message, null);
    }
}

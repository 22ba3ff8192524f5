package dev.wearon.storage.backends;

/** The backend is unreachable, or did not answer in time. Whether a write took place is then unknown. */
public final class BackendFault extends RuntimeException {

    public BackendFault(Throwable cause) {
        super("The backend did not answer", cause);
    }
}

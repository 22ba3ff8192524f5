package dev.wearon.storage.backends;

/** The backend could not be asked, or did not answer in time: whether a write took place is then unknown. */
public final class BackendFault extends RuntimeException {

    public BackendFault(Throwable cause) {
        super("The backend did not answer", cause);
    }
}

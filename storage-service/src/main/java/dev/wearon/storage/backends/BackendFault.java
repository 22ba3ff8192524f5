package dev.wearon.storage.backends;

/** The backend failed, or did not answer in time. A write may still have taken place. */
public final class BackendFault extends RuntimeException {

    public BackendFault(Throwable cause) {
        super("The backend failed or did not answer", cause);
    }
}

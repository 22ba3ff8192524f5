package dev.wearon.storage.images;

/** Ends a stream early. The reader of the stream converts this exception into a {@link Rejection}. */
public final class RejectedException extends RuntimeException {

    private final transient Rejection rejection;

    RejectedException(Rejection rejection) {
        super(rejection.toString(), null, false, false);
        this.rejection = rejection;
    }

    public Rejection rejection() {
        return rejection;
    }
}

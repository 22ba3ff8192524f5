package dev.wearon.storage.images;

/** Ends a stream that has no other way to end early. The reader of the stream turns it back into a value. */
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

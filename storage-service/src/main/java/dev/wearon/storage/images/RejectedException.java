package dev.wearon.storage.images;

/** Carries a rejection out of a stream, which has no other way to end early; whoever reads the stream makes it a value again. */
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

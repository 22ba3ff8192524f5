package dev.wearon.storage.images;

/** Carries a flaw out of a stream, which has no other way to end early; whoever reads the stream makes it a value again. */
public final class Refusal extends RuntimeException {

    private final transient Flaw flaw;

    Refusal(Flaw flaw) {
        super(flaw.toString(), null, false, false);
        this.flaw = flaw;
    }

    public Flaw flaw() {
        return flaw;
    }
}

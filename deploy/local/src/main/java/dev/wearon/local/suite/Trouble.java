package dev.wearon.local.suite;

/** Something the person at the keyboard can mend: what is wrong, and the way out. Shown without a stack trace. */
public final class Trouble extends Exception {

    public Trouble(String wrong, String wayOut) {
        super(wrong + "\n  way out: " + wayOut);
    }

    /** A trouble that another process has already put into words. */
    public Trouble(String message) {
        super(message);
    }
}

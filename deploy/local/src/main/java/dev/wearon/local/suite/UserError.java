package dev.wearon.local.suite;

/** Something the person at the keyboard can mend: what is wrong, and the hint. Shown without a stack trace. */
public final class UserError extends Exception {

    private static final int REFUSED = 1;
    private static final int NOT_UNDERSTOOD = 2;

    private final int exitCode;

    public UserError(String wrong, String hint) {
        this(wrong + "\n  hint: " + hint);
    }

    /** What was asked for cannot have been meant, so nothing was tried. */
    public static UserError usage(String wrong, String hint) {
        return new UserError(wrong + "\n  hint: " + hint, NOT_UNDERSTOOD);
    }

    /** A trouble that another process has already put into words. */
    public UserError(String message) {
        this(message, REFUSED);
    }

    private UserError(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    /** Of the command that shows it. */
    public int exitCode() {
        return exitCode;
    }
}

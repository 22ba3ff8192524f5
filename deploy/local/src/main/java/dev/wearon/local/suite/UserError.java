package dev.wearon.local.suite;

/** An error that the user can correct. The command prints its message and a hint, without a stack trace. */
public final class UserError extends Exception {

    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private final int exitCode;

    public UserError(String message, String hint) {
        this(message + "\n  hint: " + hint);
    }

    /** A wrong call of the command: nothing was done. */
    public static UserError usage(String message, String hint) {
        return new UserError(message + "\n  hint: " + hint, USAGE);
    }

    /** An error whose message already has a hint or needs none. */
    public UserError(String message) {
        this(message, FAILED);
    }

    private UserError(String message, int exitCode) {
        super(message);
        this.exitCode = exitCode;
    }

    public int exitCode() {
        return exitCode;
    }
}

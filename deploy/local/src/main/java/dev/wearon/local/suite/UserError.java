package dev.wearon.local.suite;

import java.util.Optional;

/** An error that the user can correct. The command prints its message and a hint, without a stack trace. */
public final class UserError extends Exception {

    /** Separates the hint from the rest of a message. */
    public static final String HINT = "\n  hint: ";

    private static final int FAILED = 1;
    private static final int USAGE = 2;

    private final int exitCode;
    private final transient PublicApi.Answer.Refusal refusal;

    public UserError(String message, String hint) {
        this(message + HINT + hint);
    }

    /** A wrong call of the command: nothing was done. */
    public static UserError usage(String message, String hint) {
        return new UserError(message + HINT + hint, USAGE, null);
    }

    /** The gateway refused a request. */
    public static UserError refused(PublicApi.Answer.Refusal refusal, String message, String hint) {
        return new UserError(message + HINT + hint, FAILED, refusal);
    }

    /** An error whose message already has a hint or needs none. */
    public UserError(String message) {
        this(message, FAILED, null);
    }

    private UserError(String message, int exitCode, PublicApi.Answer.Refusal refusal) {
        super(message);
        this.exitCode = exitCode;
        this.refusal = refusal;
    }

    public int exitCode() {
        return exitCode;
    }

    /** The refusal of the gateway, if that is the reason. */
    public Optional<PublicApi.Answer.Refusal> refusal() {
        return Optional.ofNullable(refusal);
    }
}

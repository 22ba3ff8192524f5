package dev.wearon.local.suite;

import java.util.Optional;

/** An error that the user can correct. The command prints its message and a hint, without a stack trace. */
public final class UserError extends Exception {

    /** Separates the hint from the rest of a message. */
    public static final String HINT = "\n  hint: ";

    private final boolean usage;
    private final transient PublicApi.Answer.Refusal refusal;

    public UserError(String message, String hint) {
        this(message + HINT + hint);
    }

    /** A wrong call of the command: nothing was done. */
    public static UserError usage(String message, String hint) {
        return new UserError(message + HINT + hint, true, null);
    }

    /** The gateway refused a request. */
    public static UserError refused(PublicApi.Answer.Refusal refusal, String message, String hint) {
        return new UserError(message + HINT + hint, false, refusal);
    }

    /** An error whose message already has a hint or needs none. */
    public UserError(String message) {
        this(message, false, null);
    }

    private UserError(String message, boolean usage, PublicApi.Answer.Refusal refusal) {
        super(message);
        this.usage = usage;
        this.refusal = refusal;
    }

    /** Whether the call of the command was wrong. */
    public boolean isUsage() {
        return usage;
    }

    /** The refusal of the gateway, if that is the reason. */
    public Optional<PublicApi.Answer.Refusal> refusal() {
        return Optional.ofNullable(refusal);
    }
}

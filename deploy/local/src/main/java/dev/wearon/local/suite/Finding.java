package dev.wearon.local.suite;

import java.io.IOException;
import java.util.List;

/**
 * The result of one check of {@link Doctor}.
 *
 * @param hint the way out; null if the check is ok
 */
public record Finding(String name, State state, String detail, String hint) {

    public enum State {
        OK,
        /** The suite works, but something needs attention. */
        WARN,
        FAIL
    }

    static Finding ok(String name, String detail) {
        return new Finding(name, State.OK, detail, null);
    }

    static Finding warn(String name, String detail, String hint) {
        return new Finding(name, State.WARN, detail, hint);
    }

    static Finding fail(String name, String detail, String hint) {
        return new Finding(name, State.FAIL, detail, hint);
    }

    /** A failure whose message may have a hint. */
    static Finding fail(String name, UserError error) {
        String[] parts = error.getMessage().split(UserError.HINT, 2);
        return fail(name, parts[0].replace('\n', ' '), parts.length > 1 ? parts[1] : "correct it");
    }

    private record Report(boolean healthy, List<Finding> checks) {}

    /** @param healthy whether no check failed */
    public static String toJson(List<Finding> findings, boolean healthy) throws IOException {
        return PrivateFiles.JSON.writeValueAsString(new Report(healthy, findings));
    }
}

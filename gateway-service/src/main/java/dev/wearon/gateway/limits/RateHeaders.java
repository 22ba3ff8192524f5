package dev.wearon.gateway.limits;

import dev.wearon.gateway.limits.Verdict.WindowState;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;

/** The response headers about the limits of a request. */
public final class RateHeaders {

    private static final CharSequence LIMIT = HttpHeaders.createOptimized("X-RateLimit-Limit");
    private static final CharSequence REMAINING = HttpHeaders.createOptimized("X-RateLimit-Remaining");
    private static final CharSequence RESET = HttpHeaders.createOptimized("X-RateLimit-Reset");
    private static final CharSequence POLICY = HttpHeaders.createOptimized("RateLimit-Policy");
    private static final CharSequence RATE_LIMIT = HttpHeaders.createOptimized("RateLimit");

    private RateHeaders() {}

    /**
     * Sets the headers of the tightest window, in the older form and in the form of the IETF draft, and all windows as
     * policies.
     */
    public static void set(Verdict verdict, MultiMap answer) {
        WindowState tightest = verdict.tightest();
        String left = Integer.toString(tightest.left());
        answer.set(LIMIT, Integer.toString(tightest.window().limit()));
        answer.set(REMAINING, left);
        answer.set(RESET, Long.toString(Math.ceilDiv(tightest.atMs(), 1_000L)));
        answer.set(POLICY, policy(verdict));
        answer.set(RATE_LIMIT, '"' + tightest.window().kind().wire() + "\";r=" + left + ";t=" + verdict.seconds());
        if (!verdict.passes()) {
            answer.set(HttpHeaders.RETRY_AFTER, Long.toString(Math.max(1, verdict.seconds())));
        }
    }

    private static String policy(Verdict verdict) {
        StringBuilder policy = new StringBuilder(64);
        for (WindowState state : verdict.windows()) {
            policy.append(policy.isEmpty() ? "" : ", ").append(state.window().policy());
        }
        return policy.toString();
    }
}

package dev.wearon.gateway.shopify;

import dev.wearon.http.Problem;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/**
 * Why Shopify did not do something.
 *
 * @param detail for the log: codes and field names, never a token or data of a person
 * @param retryAfter empty if a repeat alone does not help
 */
public record Failure(Reason reason, String detail, Optional<Duration> retryAfter) {

    private static final Duration SOON = Duration.ofSeconds(2);

    /** Each with what to do. */
    public enum Reason {
        /** There are no tokens, or Shopify ended them. */
        DISCONNECTED(
                "The store is not connected to its shop any more. Open the app in the Shopify admin, which connects it again."),
        /** The merchant did not grant a scope, or Shopify did not approve access to protected customer data. */
        ACCESS_DENIED(
                "The app has no access to this at Shopify. Grant the scopes of docs/shopify.md: open the app in the Shopify"
                        + " admin and accept its new permissions."),
        THROTTLED("Shopify is limiting the calls of this store. Try again after the time in Retry-After."),
        /** Not paid, locked or closed. */
        SHOP_CLOSED(
                "Shopify has frozen, locked or closed the shop. The merchant must open it again in the Shopify admin."),
        /** A repeat gets the same answer. */
        REFUSED("Shopify refused the change. docs/shopify.md says what helps."),
        /** Without an answer in time, or with one that means nothing. */
        UNAVAILABLE("Shopify does not answer now. Please try again."),
        /** Another process does the same work for the store. */
        BUSY("Another change of this store at Shopify is under way. Please try again."),
        OFF("This server has no app at Shopify. Its operator must set WEARON_SHOPIFY_CLIENT_ID."),
        /** The only one that the caller repairs: a 401. */
        SESSION_ENDED(
                "A valid session token of Shopify is required. It lives for a minute: fetch a new one in the Shopify admin and"
                        + " send the request again.");

        private final String message;

        Reason(String message) {
            this.message = message;
        }

        /** For metrics. */
        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    public static Failure of(Reason reason, String detail) {
        return new Failure(
                reason,
                detail,
                reason == Reason.UNAVAILABLE || reason == Reason.BUSY ? Optional.of(SOON) : Optional.empty());
    }

    static Failure throttled(Duration wait) {
        return new Failure(Reason.THROTTLED, "throttled", Optional.of(wait));
    }

    /**
     * A 503 that says what to do, or a 401 after the end of the session.
     *
     * @param after completes the message
     */
    public Problem problem(String after) {
        String message = reason.message + (reason == Reason.REFUSED ? " It said: " + detail + "." : "") + after;
        return retryAfter
                .map(wait -> Problem.unavailable(message, wait))
                .orElseGet(() -> Problem.of(
                        reason == Reason.SESSION_ENDED
                                ? Problem.Code.INVALID_API_KEY
                                : Problem.Code.SERVICE_UNAVAILABLE,
                        message));
    }
}

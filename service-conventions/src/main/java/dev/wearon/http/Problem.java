package dev.wearon.http;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A refusal, or a fault that the client sees as {@code INTERNAL_ERROR}: a stable code, and a message that says what is wrong
 * and what to do. It has no stack trace. Resources throw it, and {@link ProblemMapper} renders it as
 * {@code {"code", "message"}}. Inside a service, refusals are return values.
 *
 * <p>Messages are public: they never contain a key, a token, a signed URL or an e-mail address.
 */
public final class Problem extends RuntimeException {

    /** The key of the code in the logging context. */
    public static final String LOG_KEY = "code";

    /** All codes of the public contract with their HTTP status. {@code docs/errors.md} has a row for each. */
    public enum Code {
        VALIDATION_ERROR(400),
        UNSUPPORTED_IMAGE(400),
        INVALID_API_KEY(401),
        INSUFFICIENT_CREDITS(402),
        DAILY_CAP_REACHED(402),
        DOMAIN_MISMATCH(403),
        INSUFFICIENT_SCOPE(403),
        HOST_NOT_ALLOWED(403),
        TOKEN_EXHAUSTED(403),
        AGE_VERIFICATION_REQUIRED(403),
        SIGNATURE_INVALID(403),
        URL_EXPIRED(403),
        NOT_FOUND(404),
        METHOD_NOT_ALLOWED(405),
        REQUEST_IN_PROGRESS(409),
        KEY_INACTIVE(409),
        OBJECT_EXISTS(409),
        KEPT_LIMIT_REACHED(409),
        CHECKOUT_NOT_OWN(409),
        STORE_EXISTS(409),
        ENDPOINT_EXISTS(409),
        ENDPOINT_LIMIT_REACHED(409),
        ENDPOINT_NOT_READY(409),
        WEBHOOK_HANDLED(409),
        PRECONDITION_FAILED(412),
        PAYLOAD_TOO_LARGE(413),
        UNSUPPORTED_MEDIA_TYPE(415),
        IDEMPOTENCY_KEY_REUSED(422),
        IMPORT_FAILED(422),
        RATE_LIMIT_EXCEEDED(429),
        INTERNAL_ERROR(500),
        SERVICE_UNAVAILABLE(503),
        INSUFFICIENT_STORAGE(507);

        private final int status;

        Code(int status) {
            this.status = status;
        }

        public int status() {
            return status;
        }
    }

    /** The body of a refusal between services. The gateway puts it under {@code error}. */
    public record Body(Code code, String message) {}

    private final Code code;
    private final Duration retryAfter;
    private final Map<String, String> headers;

    private Problem(Code code, String message, Duration retryAfter, Throwable cause) {
        this(code, message, retryAfter, cause, Map.of());
    }

    private Problem(Code code, String message, Duration retryAfter, Throwable cause, Map<String, String> headers) {
        super(message, cause, false, false);
        this.code = code;
        this.retryAfter = retryAfter;
        this.headers = headers;
    }

    /** Creates any refusal; the other factories are for codes that several classes use. */
    public static Problem of(Code code, String message) {
        return new Problem(code, message, null, null);
    }

    public static Problem invalid(String message) {
        return of(Code.VALIDATION_ERROR, message);
    }

    /** Used for missing objects and for those of another owner; the message does not say which. */
    public static Problem notFound(String what) {
        return of(Code.NOT_FOUND, what + " was not found.");
    }

    /** Asks the client to retry, with a {@code Retry-After} of at least one second. */
    public static Problem unavailable(String message, Duration retryAfter) {
        return new Problem(Code.SERVICE_UNAVAILABLE, message, retryAfter, null);
    }

    /** The cause is logged with the request and never sent to the client. */
    public static Problem unavailable(String message, Duration retryAfter, Throwable cause) {
        return new Problem(Code.SERVICE_UNAVAILABLE, message, retryAfter, cause);
    }

    /** Refuses a repeat of a running request, with a {@code Retry-After} of at least one second. */
    public static Problem inProgress(String message, Duration retryAfter) {
        return new Problem(Code.REQUEST_IN_PROGRESS, message, retryAfter, null);
    }

    /** Refuses a request above a limit, with a {@code Retry-After} of at least one second. */
    public static Problem rateLimited(String message, Duration retryAfter) {
        return new Problem(Code.RATE_LIMIT_EXCEEDED, message, retryAfter, null);
    }

    /**
     * Creates an {@code INTERNAL_ERROR} for a fault that a retry does not solve. The cause is logged with the request and
     * never sent to the client.
     */
    public static Problem internal(String message, Throwable cause) {
        return new Problem(Code.INTERNAL_ERROR, message, null, cause);
    }

    /** Adds a header. */
    public Problem with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new Problem(code, getMessage(), retryAfter, getCause(), Map.copyOf(more));
    }

    public Code code() {
        return code;
    }

    /** The headers besides {@code Retry-After}. */
    public Map<String, String> headers() {
        return headers;
    }

    /** The time to wait before a retry; null if a retry does not help. */
    public Duration retryAfter() {
        return retryAfter;
    }

    /** The value of the {@code Retry-After} header, rounded up, so that a client never retries too early. */
    public long retryAfterSeconds() {
        return Math.max(1, retryAfter.plusMillis(999).toSeconds());
    }

    public Body body() {
        return new Body(code, getMessage());
    }
}

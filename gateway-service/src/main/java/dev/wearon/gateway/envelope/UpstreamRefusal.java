package dev.wearon.gateway.envelope;

import dev.wearon.http.Problem;
import dev.wearon.http.Problem.Code;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;

/** Converts a refusal of another service for the client. */
public final class UpstreamRefusal {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    /** The codes of 5xx that are forwarded; the body of any other 5xx is not. */
    private static final Set<Code> FORWARDED_FAULTS =
            Set.of(Code.INTERNAL_ERROR, Code.SERVICE_UNAVAILABLE, Code.INSUFFICIENT_STORAGE);

    private UpstreamRefusal() {}

    /**
     * @param status the status of the response, 300 or more
     * @param body the body; ignored unless it is {@code {"code", "message"}} with a code of this status
     */
    public static Problem of(int status, Buffer body) {
        // The client is authenticated already, so the service has refused the identity of the gateway.
        if (status == Code.INVALID_API_KEY.status()) {
            return Problem.internal("The request failed on our side.", null);
        }
        return forwarded(status, body).orElseGet(() -> generic(status));
    }

    private static Optional<Problem> forwarded(int status, Buffer body) {
        try {
            JsonObject refusal = new JsonObject(body);
            return code(refusal.getValue("code"))
                    .filter(code -> code.status() == status && (status < 500 || FORWARDED_FAULTS.contains(code)))
                    .filter(code -> refusal.getValue("message") instanceof String)
                    .map(code -> problem(code, refusal.getString("message")));
        } catch (DecodeException noRefusal) {
            return Optional.empty();
        }
    }

    private static Optional<Code> code(Object name) {
        return Arrays.stream(Code.values())
                .filter(code -> code.name().equals(name))
                .findFirst();
    }

    private static Problem problem(Code code, String message) {
        return code == Code.SERVICE_UNAVAILABLE ? Problem.unavailable(message, RETRY_AFTER) : Problem.of(code, message);
    }

    private static Problem generic(int status) {
        return switch (status) {
            case 402 -> Problem.of(Code.INSUFFICIENT_CREDITS, "There are not enough credits.");
            case 403, 404, 410 -> Problem.notFound("The resource");
            case 405 -> Problem.of(Code.METHOD_NOT_ALLOWED, "This path does not support the method.");
            case 412 -> Problem.of(Code.PRECONDITION_FAILED, "The object has another ETag.");
            case 413 -> Problem.of(Code.PAYLOAD_TOO_LARGE, "The request body is too large.");
            case 415 -> Problem.of(Code.UNSUPPORTED_MEDIA_TYPE, "The service does not support this content type.");
            case 429 -> Problem.of(Code.RATE_LIMIT_EXCEEDED, "Too many requests.");
            case 502, 503, 504 -> Problem.unavailable("The service is not available. Please try again.", RETRY_AFTER);
            case 507 -> Problem.of(Code.INSUFFICIENT_STORAGE, "There is no space left for this.");
            default ->
                status >= 400 && status < 500
                        ? Problem.invalid("The request was refused.")
                        : Problem.internal("The request failed on our side.", null);
        };
    }
}

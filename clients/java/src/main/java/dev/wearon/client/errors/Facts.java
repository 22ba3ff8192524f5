package dev.wearon.client.errors;

import java.io.Serializable;
import java.time.Duration;
import java.util.UUID;

/**
 * What is known about a failed call, beside its code. Each value may be null.
 *
 * @param status of the response
 * @param requestId of the last attempt
 * @param retryAfter after which a repeat may pass
 * @param sessionId of the try-on that the call created, or may have created
 * @param idempotencyKey of the create
 */
public record Facts(Integer status, String requestId, Duration retryAfter, UUID sessionId, String idempotencyKey)
        implements Serializable {

    public static final Facts NONE = new Facts(null, null, null, null, null);

    public Facts orRequestId(String other) {
        return requestId != null ? this : new Facts(status, other, retryAfter, sessionId, idempotencyKey);
    }

    public Facts orSessionId(UUID other) {
        return sessionId != null ? this : new Facts(status, requestId, retryAfter, other, idempotencyKey);
    }

    public Facts withRetryAfter(Duration other) {
        return other == null ? this : new Facts(status, requestId, other, sessionId, idempotencyKey);
    }

    public Facts withIdempotencyKey(String other) {
        return new Facts(status, requestId, retryAfter, sessionId, other);
    }
}

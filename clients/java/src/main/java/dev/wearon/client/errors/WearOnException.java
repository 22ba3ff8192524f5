package dev.wearon.client.errors;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * Every error of this client. {@link #code} is a code of the service ({@code docs/errors.md}), or one of this client:
 * {@link #CONNECTION_FAILED}, {@link #TIMEOUT}, {@link #ABORTED}, {@link #UNEXPECTED_RESPONSE}, {@link #WEBHOOK_INVALID}. A
 * newer service may have further codes.
 */
public class WearOnException extends RuntimeException {

    /** No complete response arrived. The service may have done what was asked. */
    public static final String CONNECTION_FAILED = "CONNECTION_FAILED";

    /** The time of the call was over. */
    public static final String TIMEOUT = "TIMEOUT";

    /** The thread was interrupted. It still has its interrupted status. */
    public static final String ABORTED = "ABORTED";

    /** The response is not one of the WearOn API, or is too large. */
    public static final String UNEXPECTED_RESPONSE = "UNEXPECTED_RESPONSE";

    /** The signature, the time or the body of a webhook is not valid. */
    public static final String WEBHOOK_INVALID = "WEBHOOK_INVALID";

    private static final long serialVersionUID = 1;

    private final String code;
    private Facts facts;
    /** The URLs are permissions: transient, so that no log and no store of errors keeps them. */
    private transient List<String> pictures = List.of();

    public WearOnException(String code, String message) {
        this(code, message, Facts.NONE, null);
    }

    public WearOnException(String code, String message, Facts facts, Throwable cause) {
        super(message, cause);
        this.code = code;
        this.facts = facts;
    }

    /** For programs. */
    public String code() {
        return code;
    }

    /** The status of the response, if there was one. */
    public Optional<Integer> status() {
        return Optional.ofNullable(facts.status());
    }

    /** Quote it when you ask for help: each log line of the service about this request contains it. */
    public Optional<String> requestId() {
        return Optional.ofNullable(facts.requestId());
    }

    /** When a repeat may pass, if the service said so. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(facts.retryAfter());
    }

    /** The try-on that this call created, or may have created, in any of its attempts. */
    public Optional<UUID> sessionId() {
        return Optional.ofNullable(facts.sessionId());
    }

    /** The key of the create. A repeat with this key and the same content is charged once. */
    public Optional<String> idempotencyKey() {
        return Optional.ofNullable(facts.idempotencyKey());
    }

    /**
     * The URLs of the uploads of a {@code tryOn}: person, garment, accessories. Empty if nothing was uploaded. They are
     * permissions, so they are in no text of the error and not in its serialized form.
     */
    public List<String> pictures() {
        return pictures == null ? List.of() : pictures;
    }

    /** Used by this client: adds what only the caller of the failed request knows. */
    public void complete(UnaryOperator<Facts> change) {
        facts = change.apply(facts);
    }

    /** Used by this client. */
    public void setPictures(List<String> uploaded) {
        pictures = List.copyOf(uploaded);
    }

    @Override
    public String toString() {
        StringBuilder details = new StringBuilder();
        status().ifPresent(status -> details.append(", status ").append(status));
        requestId().ifPresent(id -> details.append(", request id ").append(id));
        sessionId().ifPresent(id -> details.append(", session id ").append(id));
        String known = details.isEmpty() ? "" : " (" + details.substring(2) + ")";
        return getClass().getName() + ": " + code + ": " + getMessage() + known;
    }
}

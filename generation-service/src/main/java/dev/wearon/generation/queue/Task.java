package dev.wearon.generation.queue;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * One permit, as it lies on the list; the shape is public, so that workers of others can read it.
 *
 * @param storeId of a task on channel {@code b2b}; left out otherwise
 * @param userId of a task on channel {@code b2c}; left out otherwise
 */
public record Task(
        UUID taskId,
        String channel,
        @JsonInclude(JsonInclude.Include.NON_NULL) UUID storeId,
        @JsonInclude(JsonInclude.Include.NON_NULL) UUID userId,
        UUID sessionId,
        List<String> imageUrls,
        String prompt,
        String requestId,
        int version,
        Instant createdAt) {

    /** Try-ons of stores. */
    public static final String B2B = "b2b";

    private static final int VERSION = 1;

    public static Task ofStore(
            UUID storeId, UUID sessionId, List<String> imageUrls, String prompt, String requestId, Instant createdAt) {
        return new Task(
                UUID.randomUUID(), B2B, storeId, null, sessionId, imageUrls, prompt, requestId, VERSION, createdAt);
    }

    boolean isOfThisVersion() {
        return version == VERSION;
    }

    boolean isOfTheStores() {
        return B2B.equals(channel);
    }

    boolean namesASession() {
        return storeId != null && userId == null && sessionId != null;
    }
}

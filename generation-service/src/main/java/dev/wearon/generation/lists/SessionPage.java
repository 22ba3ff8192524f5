package dev.wearon.generation.lists;

import dev.wearon.generation.sessions.Status;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * Sessions, newest first.
 *
 * @param nextCursor the cursor of the next, older page; null on the last page
 */
record SessionPage(List<Listed> generations, String nextCursor) {

    /** A session without its images: the URL of a picture is signed when the session itself is read. Absent values are null. */
    record Listed(
            UUID sessionId,
            UUID storeId,
            Status status,
            String garmentType,
            String errorCode,
            String errorMessage,
            int creditsUsed,
            int creditsRefunded,
            int attempt,
            Integer processingTimeMs,
            String requestId,
            Instant createdAt,
            Instant startedAt,
            Instant deadlineAt,
            Instant completedAt,
            Instant imagesExpireAt,
            boolean test) {}
}

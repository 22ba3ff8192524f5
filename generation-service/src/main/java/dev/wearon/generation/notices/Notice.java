package dev.wearon.generation.notices;

import java.time.Instant;
import java.util.UUID;

/**
 * The end of a session, as its store learns it. Has no URL and no e-mail address.
 *
 * @param id the same each time that the notice is pulled
 * @param type {@code generation.completed} or {@code generation.failed}
 */
record Notice(UUID id, UUID storeId, String type, Instant occurredAt, EndedSession data) {

    /**
     * The session when the notice was pulled.
     *
     * @param version that of the row, as in event streams: later states have higher versions
     * @param errorCode null if the session has completed
     */
    record EndedSession(
            UUID sessionId, String status, long version, String errorCode, int creditsUsed, int creditsRefunded) {}
}

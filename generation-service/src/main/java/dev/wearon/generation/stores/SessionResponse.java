package dev.wearon.generation.stores;

import dev.wearon.generation.channels.B2b;
import dev.wearon.generation.sessions.Session;
import dev.wearon.generation.sessions.Status;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The response to a read of a session. Absent values are null.
 *
 * @param imageUrls as the client sent them: person, garment, accessories
 * @param garmentType as the client sent it; null if the image model judges it
 * @param generatedImageUrl signed at this read; null before the picture is made and after it was removed
 * @param attempt the number of the attempt that runs, or of the last one; 0 before the first
 * @param queuePosition approximate, from 1; null unless queued
 * @param imagesExpireAt when the picture is or was removed
 * @param test whether the store is a test store
 * @param version raised by each change of these fields, except for the URL and the position; the id of the session's events
 */
record SessionResponse(
        UUID sessionId,
        Status status,
        String modelImageUrl,
        String outfitImageUrl,
        List<String> imageUrls,
        String garmentType,
        URI generatedImageUrl,
        String errorCode,
        String errorMessage,
        int creditsUsed,
        int creditsRefunded,
        int attempt,
        Integer queuePosition,
        Integer processingTimeMs,
        String requestId,
        Instant createdAt,
        Instant startedAt,
        Instant deadlineAt,
        Instant completedAt,
        Instant imagesExpireAt,
        boolean test,
        long version) {

    /** A picture without a URL before its expiry was removed early, so its expiry becomes the time of this read. */
    static SessionResponse of(Session session, URI generatedImageUrl, Optional<Integer> queuePosition) {
        Optional<Instant> expiry = session.imagesExpireAt()
                .map(end -> generatedImageUrl == null && session.pictureAvailable() ? session.readAt() : end);
        return of(session, generatedImageUrl, queuePosition, expiry);
    }

    /** Without the values that are made for one read: the URL and the position. */
    static SessionResponse withoutUrl(Session session) {
        return of(session, null, Optional.empty(), session.imagesExpireAt());
    }

    private static SessionResponse of(
            Session session, URI generatedImageUrl, Optional<Integer> queuePosition, Optional<Instant> imagesExpireAt) {
        List<String> urls = session.imageUrls();
        return new SessionResponse(
                session.id(),
                session.status(),
                urls.getFirst(),
                urls.size() > 1 ? urls.get(1) : null,
                urls,
                session.garmentType().orElse(null),
                generatedImageUrl,
                session.errorCode().orElse(null),
                session.errorMessage().orElse(null),
                session.creditsUsed(),
                session.creditsRefunded(),
                session.attempts(),
                queuePosition.orElse(null),
                session.processingTimeMs().orElse(null),
                session.requestId().orElse(null),
                session.createdAt(),
                session.startedAt().orElse(null),
                session.deadlineAt().orElse(null),
                session.completedAt().orElse(null),
                imagesExpireAt.orElse(null),
                B2b.isTest(session.details()),
                session.version());
    }
}

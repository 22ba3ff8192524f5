package dev.wearon.generation.sessions;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A session as its row says.
 *
 * @param imageUrls as the client sent them: person, garment, accessories
 * @param resultPath object path of the picture, when completed
 * @param imagesExpireAt until when the picture lives, when completed
 * @param readAt when the row said so, by the clock that wrote its other times: that of a service may be another
 */
public record Session(
        UUID id,
        Status status,
        List<String> imageUrls,
        Optional<String> resultPath,
        Optional<Instant> imagesExpireAt,
        Optional<String> errorCode,
        Optional<String> errorMessage,
        int creditsUsed,
        int creditsRefunded,
        int attempts,
        Optional<Integer> processingTimeMs,
        Optional<String> requestId,
        Instant createdAt,
        Optional<Instant> completedAt,
        Instant readAt) {

    /** Whether there may still be a picture; storage knows. */
    public boolean pictureAvailable() {
        return imagesExpireAt.filter(readAt::isBefore).isPresent();
    }

    /** Whether it failed before its create was answered: nobody has been told of it. */
    boolean closedBeforeResponse() {
        return errorCode.filter(FailureCode::isBeforeResponse).isPresent();
    }
}

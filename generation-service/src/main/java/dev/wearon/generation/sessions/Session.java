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
 */
record Session(
        UUID id,
        UUID storeId,
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
        Optional<Instant> completedAt) {

    /** Whether it failed before its create was answered: nobody has been told of it. */
    boolean closedBeforeTheAnswer() {
        return errorCode.filter(FailureCode::isBeforeTheAnswer).isPresent();
    }
}

package dev.wearon.generation.sessions;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * A session as stored.
 *
 * @param imageUrls as the client sent them: person, garment, accessories
 * @param garmentType as sent; empty if the image model judges it
 * @param resultPath object path of the picture, when completed
 * @param resultPublished whether clients can read the picture
 * @param imagesExpireAt when the picture expires, when completed
 * @param startedAt when a worker first claimed it
 * @param deadlineAt when it fails if it is unfinished; empty in a row of an earlier version
 * @param version raised by each change that a client can see
 * @param details values of the columns that only this channel has, by column; an absent column is null
 * @param readAt when the row was read, by the database's clock, which also wrote the other times
 */
public record Session(
        UUID id,
        Status status,
        List<String> imageUrls,
        Optional<String> garmentType,
        Optional<String> resultPath,
        boolean resultPublished,
        Optional<Instant> imagesExpireAt,
        Optional<String> errorCode,
        Optional<String> errorMessage,
        int creditsUsed,
        int creditsRefunded,
        int attempts,
        Optional<Integer> processingTimeMs,
        Optional<String> requestId,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> deadlineAt,
        Optional<Instant> completedAt,
        long version,
        Map<String, String> details,
        Instant readAt) {

    public boolean ended() {
        return status == Status.COMPLETED || status == Status.FAILED;
    }

    /** Whether the picture has not expired. Storage may have removed it earlier. */
    public boolean pictureAvailable() {
        return imagesExpireAt.filter(readAt::isBefore).isPresent();
    }

    /** Whether it failed before its create was answered. */
    boolean closedBeforeResponse() {
        return errorCode.filter(FailureCode::isBeforeResponse).isPresent();
    }
}

package dev.wearon.generation.queue;

import com.fasterxml.jackson.annotation.JsonIgnore;
import dev.wearon.generation.channels.Owner;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/** One permit. {@link PermitCodec} encodes it and adds the owner. */
public record Task(
        UUID taskId,
        @JsonIgnore Owner owner,
        UUID sessionId,
        List<String> imageUrls,
        String prompt,
        String requestId,
        int version,
        Instant createdAt) {

    static final int VERSION = 1;

    public static Task of(
            Owner owner, UUID sessionId, List<String> imageUrls, String prompt, String requestId, Instant createdAt) {
        return new Task(UUID.randomUUID(), owner, sessionId, imageUrls, prompt, requestId, VERSION, createdAt);
    }

    Task withOwner(Owner newOwner) {
        return new Task(taskId, newOwner, sessionId, imageUrls, prompt, requestId, version, createdAt);
    }
}

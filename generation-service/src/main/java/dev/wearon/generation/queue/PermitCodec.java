package dev.wearon.generation.queue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Channels;
import dev.wearon.generation.channels.Owner;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.UUID;

/**
 * Encodes permits as JSON. Workers of other systems read them too, so the format is public: {@code channel} names the channel,
 * and the owner's field is named like the channel's column, {@code store_id} in {@code b2b}.
 */
@Singleton
final class PermitCodec {

    private static final String CHANNEL = "channel";

    /** The owner's field in permits of consumers, which other workers serve. A permit with two owners is invalid. */
    private static final String CONSUMER_OWNER = "user_id";

    enum DropReason {
        /** The entry is no JSON, has another format, or lacks the owner or the session. */
        NOT_A_TASK,
        VERSION,
        /** This process does not serve the channel. */
        CHANNEL,
        NO_SUCH_SESSION
    }

    sealed interface Decoded {
        record Permit(Task task) implements Decoded {}

        record Invalid(DropReason why) implements Decoded {}
    }

    private final Channels channels;
    private final ObjectMapper json;

    PermitCodec(Channels channels, ObjectMapper json) {
        this.channels = channels;
        this.json = json;
    }

    String encode(Task task) {
        Owner owner = task.owner();
        ObjectNode entry = json.valueToTree(task);
        entry.put(CHANNEL, owner.channel().name());
        entry.put(owner.channel().tables().owner(), owner.id().toString());
        return entry.toString();
    }

    Decoded decode(String entry) {
        try {
            JsonNode tree = json.readTree(entry);
            if (!tree.isObject()) {
                return new Decoded.Invalid(DropReason.NOT_A_TASK);
            }
            if (tree.path("version").asInt() != Task.VERSION) {
                return new Decoded.Invalid(DropReason.VERSION);
            }
            Optional<Channel> channel = channels.byName(tree.path(CHANNEL).asText(Channels.DEFAULT));
            return channel.isEmpty() ? new Decoded.Invalid(DropReason.CHANNEL) : decode(tree, channel.get());
        } catch (JsonProcessingException | IllegalArgumentException notATask) {
            return new Decoded.Invalid(DropReason.NOT_A_TASK);
        }
    }

    private Decoded decode(JsonNode tree, Channel channel) throws JsonProcessingException {
        String owner = channel.tables().owner();
        if (!owner.equals(CONSUMER_OWNER) && tree.hasNonNull(CONSUMER_OWNER)) {
            return new Decoded.Invalid(DropReason.NOT_A_TASK);
        }
        UUID ownerId = UUID.fromString(tree.path(owner).asText());
        Task task = json.treeToValue(tree, Task.class).withOwner(new Owner(channel, ownerId));
        return task.sessionId() == null ? new Decoded.Invalid(DropReason.NOT_A_TASK) : new Decoded.Permit(task);
    }
}

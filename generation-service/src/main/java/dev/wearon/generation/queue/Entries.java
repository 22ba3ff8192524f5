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
 * Permits as text. The shape is public, so that workers of others can read it: the owner is named by {@code channel} and by a
 * field called like the channel's column, {@code store_id} in {@code b2b}.
 */
@Singleton
final class Entries {

    private static final String CHANNEL = "channel";

    /** The owner's field in permits for consumers, which other workers serve. A permit has one owner. */
    private static final String USER = "user_id";

    /** Why an entry is dropped. */
    enum Reason {
        /** Not JSON, not of a task's shape, or without the owner and the session that every task names. */
        NOT_A_TASK,
        VERSION,
        /** One that this process does not serve. */
        CHANNEL,
        NO_SUCH_SESSION
    }

    /** What an entry is. */
    sealed interface Read {
        record Permit(Task task) implements Read {}

        record Useless(Reason why) implements Read {}
    }

    private final Channels channels;
    private final ObjectMapper json;

    Entries(Channels channels, ObjectMapper json) {
        this.channels = channels;
        this.json = json;
    }

    String write(Task task) {
        Owner owner = task.owner();
        ObjectNode entry = json.valueToTree(task);
        entry.put(CHANNEL, owner.channel().name());
        entry.put(owner.channel().tables().owner(), owner.id().toString());
        return entry.toString();
    }

    Read read(String entry) {
        try {
            JsonNode tree = json.readTree(entry);
            if (!tree.isObject()) {
                return new Read.Useless(Reason.NOT_A_TASK);
            }
            if (tree.path("version").asInt() != Task.VERSION) {
                return new Read.Useless(Reason.VERSION);
            }
            Optional<Channel> channel = channels.named(tree.path(CHANNEL).asText(Channels.DEFAULT));
            return channel.isEmpty() ? new Read.Useless(Reason.CHANNEL) : read(tree, channel.get());
        } catch (JsonProcessingException | IllegalArgumentException notATask) {
            return new Read.Useless(Reason.NOT_A_TASK);
        }
    }

    private Read read(JsonNode tree, Channel channel) throws JsonProcessingException {
        String owner = channel.tables().owner();
        if (!owner.equals(USER) && tree.hasNonNull(USER)) {
            return new Read.Useless(Reason.NOT_A_TASK);
        }
        UUID ownerId = UUID.fromString(tree.path(owner).asText());
        Task task = json.treeToValue(tree, Task.class).ownedBy(new Owner(channel, ownerId));
        return task.sessionId() == null ? new Read.Useless(Reason.NOT_A_TASK) : new Read.Permit(task);
    }
}

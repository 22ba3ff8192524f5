package dev.wearon.generation.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.wearon.generation.channels.Stores;
import dev.wearon.http.SnakeCase;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class PermitCodecTest {

    /** It has the configuration of Quarkus. */
    private final ObjectMapper json = new ObjectMapper()
            .registerModule(new JavaTimeModule())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private final PermitCodec codec = new PermitCodec(Stores.B2B_ONLY, json);
    private final UUID store = UUID.randomUUID();
    private final UUID session = UUID.randomUUID();
    private final Task task = Task.of(
            Stores.B2B.store(store), session, List.of("u"), "p", "r", Instant.parse("2026-01-02T03:04:05.678Z"));

    PermitCodecTest() {
        new SnakeCase().customize(json);
    }

    @Test
    void encodesTheNinePublicFields() throws Exception {
        JsonNode entry = json.readTree(codec.encode(task));
        assertThat(entry.fieldNames())
                .toIterable()
                .containsExactlyInAnyOrder(
                        "task_id",
                        "channel",
                        "store_id",
                        "session_id",
                        "image_urls",
                        "prompt",
                        "request_id",
                        "version",
                        "created_at");
        assertThat(entry.get("channel").textValue()).isEqualTo("b2b");
        assertThat(entry.get("store_id").textValue()).isEqualTo(store.toString());
        assertThat(entry.get("session_id").textValue()).isEqualTo(session.toString());
        assertThat(entry.get("version").intValue()).isEqualTo(1);
        assertThat(entry.get("created_at").textValue()).isEqualTo("2026-01-02T03:04:05.678Z");
        assertThat(codec.decode(entry.toString())).isEqualTo(new PermitCodec.Decoded.Permit(task));
    }

    @Test
    void rejectsATaskWithTwoOwners() throws Exception {
        ObjectNode entry = (ObjectNode) json.readTree(codec.encode(task));
        entry.putNull("user_id");
        assertThat(codec.decode(entry.toString())).isEqualTo(new PermitCodec.Decoded.Permit(task));
        entry.put("user_id", UUID.randomUUID().toString());
        assertThat(codec.decode(entry.toString()))
                .isEqualTo(new PermitCodec.Decoded.Invalid(PermitCodec.DropReason.NOT_A_TASK));
    }

    @Test
    void readsATaskWithoutChannelAsB2b() throws Exception {
        ObjectNode entry = (ObjectNode) json.readTree(codec.encode(task));
        entry.remove("channel");
        assertThat(codec.decode(entry.toString())).isEqualTo(new PermitCodec.Decoded.Permit(task));
    }
}

package dev.wearon.generation.queue;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.wearon.http.SnakeCase;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class TaskTest {

    private final ObjectMapper json = new ObjectMapper().registerModule(new JavaTimeModule());

    TaskTest() {
        new SnakeCase().customize(json);
    }

    @Test
    void hasTheNineFieldsThatEveryWorkerReads() throws Exception {
        UUID store = UUID.randomUUID();
        UUID session = UUID.randomUUID();
        JsonNode task = json.valueToTree(
                Task.ofStore(store, session, List.of("u"), "p", "r", Instant.parse("2026-01-02T03:04:05.678Z")));
        assertThat(task.fieldNames())
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
        assertThat(task.get("channel").textValue()).isEqualTo("b2b");
        assertThat(task.get("store_id").textValue()).isEqualTo(store.toString());
        assertThat(task.get("session_id").textValue()).isEqualTo(session.toString());
        assertThat(task.get("version").intValue()).isEqualTo(1);
        assertThat(task.get("created_at").textValue()).isEqualTo("2026-01-02T03:04:05.678Z");
        Task read = json.treeToValue(task, Task.class);
        assertThat(read.isOfThisVersion() && read.isOfTheStores() && read.namesASession())
                .isTrue();
    }
}

package dev.wearon.generation.channels;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Only a channel's class and its migrations name its tables. */
class TableNamesTest {

    private static final Path SOURCES = Path.of("src/main/java");
    private static final List<String> TABLES = List.of(
            "store_generation_sessions",
            "store_turns",
            "idempotency_keys",
            "store_analytics_events",
            "store_daily_totals",
            "store_usage",
            "reconciler_mark",
            "store_id =",
            "generation.claim(");

    @Test
    void onlyItsChannelNamesATable() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            List<String> offenders = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> !file.endsWith("generation/channels/B2b.java"))
                    .filter(file -> TABLES.stream().anyMatch(read(file)::contains))
                    .map(SOURCES::relativize)
                    .map(Path::toString)
                    .toList();
            assertThat(offenders).isEmpty();
        }
        assertThat(read(SOURCES.resolve("dev/wearon/generation/channels/B2b.java")))
                .as("the class that names the tables")
                .contains("store_generation_sessions");
    }

    /** Code that serves every channel does not depend on a single channel. */
    @Test
    void onlyPackagesForStoresDependOnTheirChannel() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            assertThat(files.filter(file -> file.toString().endsWith(".java"))
                            .filter(file -> read(file).contains("B2b"))
                            .map(file -> file.getParent().getFileName().toString()))
                    .containsOnly("channels", "stores", "lists", "analytics", "reconciliation", "notices", "erasure");
        }
    }

    @Test
    void fillsATemplateWithTheNamesOfAChannel() {
        assertThat(Stores.B2B.sql("SELECT id{details} FROM {sessions} WHERE {owner} = $1"))
                .isEqualTo(
                        "SELECT id, shopper_email, shopper_token_id, api_key_id, test FROM generation.store_generation_sessions WHERE store_id = $1");
        assertThatThrownBy(() -> Stores.B2B.sql("SELECT FROM {session}")).hasMessageContaining("{session}");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new IllegalStateException(unreadable);
        }
    }
}

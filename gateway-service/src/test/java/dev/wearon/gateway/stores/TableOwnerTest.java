package dev.wearon.gateway.stores;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Statements in other classes would easily miss the changelog, a lock or a column. */
class TableOwnerTest {

    private static final Path SOURCES = Path.of("src/main/java");
    private static final Pattern STATEMENT =
            Pattern.compile("\\b(FROM|JOIN|INTO|UPDATE|TABLE|ONLY)\\s+(gateway\\.)?stores\\b");

    @Test
    void onlyTheseClassesHaveStatementsOnStores() throws IOException {
        try (Stream<Path> files = Files.walk(SOURCES)) {
            Set<Path> owners = files.filter(file -> file.toString().endsWith(".java"))
                    .filter(file -> STATEMENT.matcher(read(file)).find())
                    .map(SOURCES::relativize)
                    .collect(Collectors.toSet());
            assertThat(owners)
                    .containsExactlyInAnyOrder(
                            Path.of("dev/wearon/gateway/stores/Stores.java"),
                            // Only the tokens of a shop, and the status when it is connected again.
                            Path.of("dev/wearon/gateway/stores/ShopConnections.java"),
                            // Only whether the store of a shop is active, in the statement that finds its key.
                            Path.of("dev/wearon/gateway/keys/StorefrontKeys.java"));
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}

package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A property with the same value in every service is set once, in service-conventions. */
class PropertiesTest {

    private static final Path SHARED =
            Path.of("service-conventions/src/main/resources/META-INF/microprofile-config.properties");
    private static final List<Path> OWN = Stream.of("gateway", "credits", "generation", "storage")
            .map(service -> Path.of(service + "-service/src/main/resources/application.properties"))
            .toList();

    private static List<String> settings(Path file) {
        try {
            return Files.readAllLines(Suite.ROOT.resolve(file)).stream()
                    .filter(line -> line.contains("=") && !line.startsWith("#"))
                    .toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Test
    void noServiceRepeatsWhatIsShared() {
        List<String> shared = settings(SHARED);
        assertThat(shared).isNotEmpty();
        for (Path own : OWN) {
            assertThat(settings(own)).as(own.toString()).isNotEmpty().doesNotContainAnyElementsOf(shared);
        }
    }

    @Test
    void noPropertyIsSetInEveryService() {
        Map<String, Long> times = OWN.stream()
                .flatMap(own -> settings(own).stream().distinct())
                .collect(Collectors.groupingBy(line -> line, Collectors.counting()));
        assertThat(times.entrySet().stream()
                        .filter(line -> line.getValue() == OWN.size())
                        .map(Map.Entry::getKey))
                .isEmpty();
    }
}

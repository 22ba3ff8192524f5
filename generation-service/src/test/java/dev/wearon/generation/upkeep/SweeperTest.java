package dev.wearon.generation.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.channels.Stores;
import dev.wearon.generation.queue.Task;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweeperTest {

    @ParameterizedTest
    @CsvSource({"0,0,0", "3,0,3", "3,1,2", "3,3,0", "3,900,0", "3,-2,3"})
    void pushesOnlyMissingPermits(int waiting, long permits, int pushed) {
        List<Task> sessions =
                Stream.generate(SweeperTest::session).limit(waiting).toList();
        assertThat(Sweeper.missing(sessions, permits)).hasSize(pushed);
    }

    private static Task session() {
        return Task.of(Stores.any(), UUID.randomUUID(), List.of("u"), "p", "r", Instant.now());
    }
}

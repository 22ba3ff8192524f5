package dev.wearon.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class WarmUpsTest {

    private final List<String> done = new ArrayList<>();

    private Uni<String> named(String name) {
        return Uni.createFrom().item(() -> {
            done.add(name);
            return name;
        });
    }

    @Test
    void runsAllAlsoAfterAFailure() {
        new WarmUps(List.of(
                        () -> named("first"),
                        () -> Uni.createFrom().failure(new IllegalStateException("no database")),
                        () -> {
                            throw new IllegalStateException("wrong");
                        },
                        () -> named("last")))
                .run(new StartupEvent());
        assertThat(done).containsExactly("first", "last");
    }

    @Test
    void delaysTheStartByTwoSecondsAtMost() {
        long begun = System.nanoTime();
        new WarmUps(List.of(() -> Uni.createFrom().nothing(), () -> named("never"))).run(new StartupEvent());
        assertThat(Duration.ofNanos(System.nanoTime() - begun))
                .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(10));
        assertThat(done).isEmpty();
    }
}

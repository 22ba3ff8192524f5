package dev.wearon.jobs;

import io.quarkus.arc.All;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import org.jboss.logging.Logger;

/** Runs every {@link WarmUp} of the service. The HTTP port opens after that, or after two seconds. */
@Singleton
final class WarmUps {

    private static final Logger LOG = Logger.getLogger(WarmUps.class);
    private static final Duration LIMIT = Duration.ofSeconds(2);

    private final List<WarmUp> all;

    WarmUps(@All List<WarmUp> all) {
        this.all = all;
    }

    /** Runs last: it may need everything that other observers of the start prepare. A failure does not prevent the start. */
    void run(@Observes @Priority(Integer.MAX_VALUE) StartupEvent start) {
        Multi.createFrom()
                .iterable(all)
                .onItem()
                .transformToUniAndConcatenate(WarmUps::once)
                .collect()
                .last()
                .ifNoItem()
                .after(LIMIT)
                .recoverWithItem(() -> null)
                .await()
                .indefinitely();
    }

    private static Uni<Void> once(WarmUp warmUp) {
        return Uni.createFrom()
                .deferred(warmUp::warmUp)
                .replaceWithVoid()
                .onFailure()
                .invoke(fault -> LOG.warnf("A warm-up failed; the first requests take longer: %s", fault))
                .onFailure()
                .recoverWithNull();
    }
}

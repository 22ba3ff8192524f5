package dev.wearon.storage.backends;

import io.quarkus.runtime.StartupEvent;
import io.smallrye.common.annotation.Identifier;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Any;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Locale;

/** Opens the one backend that is configured. The others are never made. */
@Dependent
class BackendChoice {

    @Produces
    @Singleton
    Backend open(BackendConfig config, @Any Instance<Backend> backends) {
        String kind = config.backend().name().toLowerCase(Locale.ROOT);
        return backends.select(Identifier.Literal.of(kind)).get();
    }

    void close(@Disposes Backend backend) throws Exception {
        backend.close();
    }

    /** Makes one that cannot be opened a refusal to start. */
    void start(@Observes StartupEvent start, Backend backend) {}
}

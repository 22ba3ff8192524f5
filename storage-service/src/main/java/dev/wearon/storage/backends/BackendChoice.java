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

/** Opens the configured backend. The others are never created. */
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

    /** Makes the start fail if the backend cannot be opened. */
    void start(@Observes StartupEvent start, Backend backend) {}
}

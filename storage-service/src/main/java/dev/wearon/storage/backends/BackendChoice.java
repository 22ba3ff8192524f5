package dev.wearon.storage.backends;

import io.quarkus.runtime.StartupEvent;
import io.vertx.mutiny.core.Vertx;
import jakarta.enterprise.context.Dependent;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Opens the one backend that is configured. */
@Dependent
class BackendChoice {

    @Produces
    @Singleton
    Backend open(BackendConfig choice, FilesystemConfig filesystem, S3Config s3, Vertx vertx) {
        return switch (choice.backend()) {
            case FILESYSTEM -> new Filesystem(vertx, filesystem);
            case S3 -> S3.open(vertx, s3);
        };
    }

    void close(@Disposes Backend backend) throws Exception {
        backend.close();
    }

    /** Makes one that cannot be opened a refusal to start. */
    void start(@Observes StartupEvent start, Backend backend) {}
}

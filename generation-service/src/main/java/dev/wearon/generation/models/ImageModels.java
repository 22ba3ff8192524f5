package dev.wearon.generation.models;

import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Chooses the model from the configuration. An unknown name stops the start. */
@Singleton
class ImageModels {

    private static final Logger LOG = Logger.getLogger(ImageModels.class);

    private static final long MIB = 1 << 20;

    /** What the service takes of the heap beside its paintings. */
    private static final long SERVICE = 128 * MIB;

    @Produces
    @Singleton
    @Startup
    ImageModel chosen(ModelConfig config) {
        heapWarning(config.memory(), Runtime.getRuntime().maxMemory()).ifPresent(LOG::warn);
        return switch (config.name()) {
            case LOCAL -> new LocalImageModel(config.concurrency(), config.maxWaiting(), config.memory());
        };
    }

    /** Not an error: the images may be small, and a part of the memory is outside of the heap. */
    static Optional<String> heapWarning(long memory, long heap) {
        return memory + SERVICE <= heap
                ? Optional.empty()
                : Optional.of(
                        ("The paintings may take %d MiB (WEARON_MODEL_MEMORY), but the heap has %d MiB. If it is exhausted,"
                                        + " the process ends.")
                                .formatted(memory / MIB, heap / MIB));
    }

    void close(@Disposes ImageModel model) {
        if (model instanceof LocalImageModel local) {
            local.close();
        }
    }
}

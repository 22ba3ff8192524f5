package dev.wearon.generation.models;

import io.quarkus.runtime.Startup;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;

/** Chooses the model from the configuration. An unknown name stops the start. */
@Singleton
class ImageModels {

    @Produces
    @Singleton
    @Startup
    ImageModel chosen(ModelConfig config) {
        return switch (config.name()) {
            case LOCAL -> new LocalImageModel(config.concurrency(), config.maxWaiting(), config.memory());
        };
    }

    void close(@Disposes ImageModel model) {
        if (model instanceof LocalImageModel local) {
            local.close();
        }
    }
}

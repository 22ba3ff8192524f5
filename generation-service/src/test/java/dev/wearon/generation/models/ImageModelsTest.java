package dev.wearon.generation.models;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ImageModelsTest {

    @Test
    void choosesTheLocalModelByDefault() {
        ModelConfig config = config(Map.of());
        ImageModels models = new ImageModels();

        ImageModel chosen = models.chosen(config);

        assertThat(chosen).isInstanceOf(LocalImageModel.class);
        assertThat(config.timeout()).isEqualTo(Duration.ofSeconds(20));
        assertThat(config.concurrency()).isEqualTo(2);
        models.close(chosen);
    }

    @Test
    void warnsIfTheHeapIsTooSmallForThePaintings() {
        assertThat(ImageModels.heapWarning(208L << 20, 64L << 20)).hasValueSatisfying(warning -> assertThat(warning)
                .contains("208 MiB", "64 MiB", "WEARON_MODEL_MEMORY"));
        // What is left of 384 MiB: a collector keeps a part of it free.
        assertThat(ImageModels.heapWarning(208L << 20, 371L << 20)).isEmpty();
    }

    @Test
    void refusesAnUnknownName() {
        assertThatThrownBy(() -> config(Map.of("wearon.model.name", "magic")))
                .hasMessageContaining("wearon.model.name")
                .hasMessageContaining("magic");
    }

    private static ModelConfig config(Map<String, String> properties) {
        return new SmallRyeConfigBuilder()
                .addDefaultInterceptors()
                .addDiscoveredConverters()
                .withMapping(ModelConfig.class)
                .withSources(new PropertiesConfigSource(properties, "test", 1))
                .build()
                .getConfigMapping(ModelConfig.class);
    }
}

package dev.wearon.generation.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.models.ImageModel.Outcome.Picture;
import dev.wearon.generation.models.ImageModel.Request;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The model in the running service, with the decoders and class loaders of production. */
@QuarkusTest
@WithNeighbours
class ChosenImageModelTest {

    @Inject
    ImageModels models;

    @Inject
    ModelConfig config;

    @Test
    void rendersEveryTypeOfImage() throws IOException {
        List<byte[]> images = List.of(
                Samples.webp("person"),
                Samples.sweater(),
                Samples.encoded(Samples.decoded(Samples.person()), "jpeg"),
                Samples.webp("t-shirt"));

        ImageModel model = models.chosen(config);
        try {
            assertThat(model.render(new Request(UUID.randomUUID(), images, "", Optional.empty()))
                            .await()
                            .atMost(Duration.ofSeconds(60)))
                    .isInstanceOf(Picture.class);
        } finally {
            models.close(model);
        }
    }
}

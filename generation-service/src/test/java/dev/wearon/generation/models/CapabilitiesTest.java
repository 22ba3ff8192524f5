package dev.wearon.generation.models;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.garments.GarmentType;
import dev.wearon.generation.models.ImageModel.Capabilities;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CapabilitiesTest {

    private final Capabilities some = new Capabilities(2, Set.of(GarmentType.DRESS, GarmentType.UPPER), false);

    @Test
    void allowWhatTheModelCanDo() {
        assertThat(some.refusal(2, Optional.of(GarmentType.UPPER))).isEmpty();
        assertThat(some.refusal(10, Optional.empty())).isEmpty();
        assertThat(new Capabilities(1, Set.of(), false).refusal(1, Optional.empty()))
                .isEmpty();
    }

    @Test
    void nameTheFewestImages() {
        assertThat(some.refusal(1, Optional.of(GarmentType.UPPER)))
                .contains("image_urls must have at least 2 entries: the person and the garment.");
    }

    @Test
    void nameTheKindsOfGarmentsThatArePossible() {
        assertThat(some.refusal(2, Optional.of(GarmentType.LOWER)))
                .contains("garment_type lower is not possible with the image model of this server; possible:"
                        + " upper, dress.");
    }
}

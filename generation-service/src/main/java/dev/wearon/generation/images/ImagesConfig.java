package dev.wearon.generation.images;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The address and the time limits of storage. */
@ConfigMapping(prefix = "wearon.images")
interface ImagesConfig {

    /** Set through {@code WEARON_STORAGE_URL}. */
    List<URI> urls();

    /**
     * The time limit of a call without image bytes. A batch of image checks that gets no answer within two thirds of it is sent
     * once more.
     */
    @WithDefault("2s")
    @DurationMin(millis = 50)
    @DurationMax(seconds = 30)
    Duration responseTimeout();

    /** The time limit of reading or writing the bytes of an image, of up to 20 MiB. */
    @WithDefault("5s")
    @DurationMin(millis = 50)
    @DurationMax(seconds = 60)
    Duration transferTimeout();
}

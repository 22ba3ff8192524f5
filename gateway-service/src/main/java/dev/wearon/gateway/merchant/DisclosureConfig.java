package dev.wearon.gateway.merchant;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The facts of the privacy text. Model and retention are set for the services that use them. */
@ConfigMapping(prefix = "wearon.disclosure")
interface DisclosureConfig {

    /** Set through {@code WEARON_MODEL_NAME}. */
    String model();

    /** Set through {@code WEARON_STORAGE_RETENTION}. */
    @DurationMin(minutes = 30)
    @DurationMax(days = 365)
    Duration retention();

    /** The provider that receives the photos; required if there is no text and the model is not {@code local}. */
    Optional<String> provider();

    /** The operator's own text. {@code {retention}} is replaced by the retention of the images. */
    Optional<String> text();
}

package dev.wearon.gateway.merchant;

import io.smallrye.config.ConfigMapping;
import java.time.Duration;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** What becomes of a shopper's photo; model and retention are those of the services that have it. */
@ConfigMapping(prefix = "wearon.disclosure")
interface DisclosureConfig {

    /** Set through {@code WEARON_MODEL_NAME}. */
    String model();

    /** Set through {@code WEARON_STORAGE_RETENTION}. */
    @DurationMin(minutes = 30)
    @DurationMax(days = 365)
    Duration retention();

    /** To whom the model sends photos; needed unless it is {@code local}. */
    Optional<String> provider();

    /** The operator's own words; {@code {retention}} in them is how long images live. */
    Optional<String> text();
}

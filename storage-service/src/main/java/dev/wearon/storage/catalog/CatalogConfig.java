package dev.wearon.storage.catalog;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "wearon.storage")
interface CatalogConfig {

    /** The lifetime of an object, unless its store has a shorter one. */
    @WithDefault("6h")
    @DurationMin(minutes = 30)
    @DurationMax(days = 365)
    Duration retention();

    /** How long the answer to a read may be reused for other reads of the object. 0s: each read asks the database. */
    @WithDefault("1s")
    @DurationMin(seconds = 0)
    @DurationMax(seconds = 1)
    Duration rememberObjects();
}

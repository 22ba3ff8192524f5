package dev.wearon.generation.charging;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The address and the time limit of credits. */
@ConfigMapping(prefix = "wearon.charging")
interface ChargingConfig {

    /** Set through {@code WEARON_CREDITS_URL}. */
    List<URI> urls();

    /**
     * The time limit of a call. A batch of charges or releases that gets no answer within two thirds of it is sent once more.
     * Two thirds are longer than the ledger's own time limit.
     */
    @WithDefault("3s")
    @DurationMin(millis = 50)
    @DurationMax(seconds = 30)
    Duration responseTimeout();
}

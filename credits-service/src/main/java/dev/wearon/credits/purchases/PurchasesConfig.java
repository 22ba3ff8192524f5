package dev.wearon.credits.purchases;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** How pending purchases are completed in the background. */
@ConfigMapping(prefix = "wearon.purchases")
interface PurchasesConfig {

    /** How often the job looks for pending purchases that fit. */
    @WithDefault("5S")
    @DurationMin(millis = 100)
    @DurationMax(hours = 1)
    Duration pendingEvery();

    /** How many purchases of a store one transaction completes. Charges of the store wait for it. */
    @WithDefault("100")
    @Min(1)
    @Max(10000)
    int pendingBatch();

    /** How many stores one round serves. The job makes rounds until one completes nothing. */
    @WithDefault("100")
    @Min(1)
    @Max(10000)
    int pendingStores();
}

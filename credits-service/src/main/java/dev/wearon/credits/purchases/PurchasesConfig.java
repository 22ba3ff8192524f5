package dev.wearon.credits.purchases;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/** The settings of the job that completes pending purchases. */
@ConfigMapping(prefix = "wearon.purchases")
interface PurchasesConfig {

    /** The time between two runs of the job. */
    @WithDefault("5S")
    @DurationMin(millis = 100)
    @DurationMax(hours = 1)
    Duration pendingEvery();

    /** The most purchases that one transaction completes. Charges of the store wait for this transaction. */
    @WithDefault("100")
    @Min(1)
    @Max(10000)
    int pendingBatch();

    /** The most stores that one round serves. The job makes rounds until one completes nothing. */
    @WithDefault("100")
    @Min(1)
    @Max(10000)
    int pendingStores();
}

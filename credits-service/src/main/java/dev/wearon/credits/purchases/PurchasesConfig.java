package dev.wearon.credits.purchases;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How pending purchases are completed in the background. */
@ConfigMapping(prefix = "wearon.purchases")
interface PurchasesConfig {

    /** How often the job looks for pending purchases that fit. */
    @WithDefault("5S")
    Duration pendingEvery();

    /** How many purchases of a store in one transaction; a store's charges wait meanwhile. */
    @WithDefault("100")
    int pendingBatch();

    /** How many stores in one round; the job makes rounds until one completes nothing. */
    @WithDefault("100")
    int pendingStores();
}

package dev.wearon.storage.upkeep;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;

@ConfigMapping(prefix = "wearon.upkeep")
interface UpkeepConfig {

    /** How often the janitor looks; {@code off} for never. */
    @WithDefault("10s")
    String janitorEvery();

    /** How often orphans are looked for; {@code off} for never. */
    @WithDefault("15m")
    String orphansEvery();

    /** How long the bytes outlive their row: a read that has seen the row still opens them. */
    @WithDefault("10s")
    Duration grace();

    /** Rows in one statement, blobs in one question. */
    @WithDefault("500")
    @Min(1)
    int batch();

    /** Touches of the backend at a time. */
    @WithDefault("16")
    @Min(1)
    int atOnce();

    /** How long the operator's search may take; shorter than the gateway waits for it. */
    @WithDefault("25s")
    Duration longest();

    /** Up to so many orphans of a kind are removed whatever their share; above that more than half is a mistake. */
    @WithDefault("20")
    @Min(0)
    int orphansBelieved();
}

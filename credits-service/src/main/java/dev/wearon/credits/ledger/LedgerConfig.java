package dev.wearon.credits.ledger;

import dev.wearon.configuration.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * How long calls wait for the database, and how many may wait. Callers of the internal API time out after 2 s, so the
 * defaults are shorter.
 */
@ConfigMapping(prefix = "wearon.ledger")
public interface LedgerConfig {

    /** How long a call waits for a free connection. */
    @WithDefault("1.5S")
    @DurationMin(millis = 10)
    @DurationMax(seconds = 28)
    Duration connectionTimeout();

    /** How long PostgreSQL runs one statement before it rolls it back. Includes the wait for locks. */
    @WithDefault("1.5S")
    @DurationMin(millis = 10)
    @DurationMax(seconds = 28)
    Duration statementTimeout();

    /** How long a call takes in all. It ends the call when the database does not respond at all. */
    @WithDefault("1.8S")
    @DurationMin(millis = 10)
    @DurationMax(seconds = 28)
    @Bounds.AtLeast("wearon.ledger.statement-timeout")
    Duration responseTimeout();

    /** How many calls may wait for a connection or for the running commit. The next one fails at once. */
    @WithDefault("1000")
    @Min(1)
    @Max(100000)
    int maxWaiting();

    /** How many charges, or releases, one commit may contain. */
    @WithDefault("64")
    @Min(1)
    @Max(1000)
    int batchSize();

    /** How many commits may run at the same time. Two of them never share a wallet. */
    @WithDefault("4")
    @Min(1)
    @Max(1000)
    int batchesInFlight();

    /**
     * How old the running commit must be before another one may start beside it. Until then requests wait for it: one
     * large commit costs less than two small ones. After that a slow wallet or flush does not delay the others.
     */
    @WithDefault("0.02S")
    @DurationMin(seconds = 0)
    @DurationMax(seconds = 2)
    Duration batchOverlapAfter();

    /** How long a batch waits for a lock. When it gives up, its requests are tried one by one. */
    @WithDefault("0.5S")
    @DurationMin(millis = 1)
    @DurationMax(seconds = 28)
    Duration batchLockTimeout();

    /** The limits of a group commit. Charges and releases have one each. */
    default GroupCommit.Limits groupCommit() {
        return new GroupCommit.Limits(
                batchSize(), batchesInFlight(), batchOverlapAfter(), maxWaiting(), responseTimeout());
    }
}

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
 * How long the service waits for its database, and how many may. Callers give an internal call 2 s, so each of these
 * ends before they stop listening.
 */
@ConfigMapping(prefix = "wearon.ledger")
public interface LedgerConfig {

    /** How long a call waits for a free connection. */
    @WithDefault("1.5S")
    @DurationMin(millis = 10)
    @DurationMax(seconds = 28)
    Duration connectionTimeout();

    /** How long PostgreSQL works on one statement, waiting for locks included, before it rolls it back. */
    @WithDefault("1.5S")
    @DurationMin(millis = 10)
    @DurationMax(seconds = 28)
    Duration statementTimeout();

    /** How long a call takes altogether; the last resort when the database does not answer at all. */
    @WithDefault("1.8S")
    @DurationMin(millis = 10)
    @DurationMax(seconds = 28)
    @Bounds.AtLeast("wearon.ledger.statement-timeout")
    Duration responseTimeout();

    /** How many calls may wait, for a connection or for the commit before theirs; one more fails at once. */
    @WithDefault("1000")
    @Min(1)
    @Max(100000)
    int maxWaiting();

    /** How many charges, or releases, may travel in one commit. */
    @WithDefault("64")
    @Min(1)
    @Max(1000)
    int batchSize();

    /** How many such commits may be under way at a time, each of other wallets. */
    @WithDefault("4")
    @Min(1)
    @Max(1000)
    int batchesInFlight();

    /**
     * How long a commit must have taken before another one may start beside it. Until then requests wait for it, as one
     * large commit costs less than two small ones; after that one slow wallet or flush does not hold up the others.
     */
    @WithDefault("0.02S")
    @DurationMin(seconds = 0)
    @DurationMax(seconds = 2)
    Duration batchOverlapAfter();

    /** How long a batch waits for locks before its requests are tried one by one. */
    @WithDefault("0.5S")
    @DurationMin(millis = 1)
    @DurationMax(seconds = 28)
    Duration batchLockTimeout();

    /** The bounds of a group commit; charges have one, releases another. */
    default GroupCommit.Limits groupCommit() {
        return new GroupCommit.Limits(
                batchSize(), batchesInFlight(), batchOverlapAfter(), maxWaiting(), responseTimeout());
    }
}

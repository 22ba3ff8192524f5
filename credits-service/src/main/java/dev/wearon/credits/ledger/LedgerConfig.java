package dev.wearon.credits.ledger;

import dev.wearon.batching.Batcher;
import dev.wearon.configuration.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * The limits of calls to the database: time and number. Callers of the internal API time out after 2 s, so the default
 * times are shorter.
 */
@ConfigMapping(prefix = "wearon.ledger")
public interface LedgerConfig {

    /** The longest wait of a call for a free connection. */
    @WithDefault("1.5S")
    @DurationMin(millis = 10)
    @DurationMax(seconds = 28)
    Duration connectionTimeout();

    /** PostgreSQL rolls a statement back after this time. The time includes the wait for locks. */
    @WithDefault("1.5S")
    @DurationMin(millis = 10)
    @DurationMax(seconds = 28)
    Duration statementTimeout();

    /** A call fails after this time in all, also when the database does not respond. */
    @WithDefault("1.8S")
    @DurationMin(millis = 10)
    @DurationMax(seconds = 28)
    @Bounds.AtLeast("wearon.ledger.statement-timeout")
    Duration responseTimeout();

    /** The most calls in each queue: for a connection, for charges, for releases. The next call fails at once. */
    @WithDefault("1000")
    @Min(1)
    @Max(100000)
    int maxWaiting();

    /** The most charges, or releases, in one commit. */
    @WithDefault("64")
    @Min(1)
    @Max(1000)
    int batchSize();

    /** The most commits that run at the same time. Two of them never share a wallet. */
    @WithDefault("4")
    @Min(1)
    @Max(1000)
    int batchesInFlight();

    /**
     * The age of the running commit at which another one may start beside it. Until then requests wait, because one
     * large commit costs less than two small ones. After that, a slow wallet or flush does not delay the others.
     */
    @WithDefault("0.02S")
    @DurationMin(seconds = 0)
    @DurationMax(seconds = 2)
    Duration batchOverlapAfter();

    /** The longest wait of a batch for a lock. After that, its requests are tried one by one. */
    @WithDefault("0.5S")
    @DurationMin(millis = 1)
    @DurationMax(seconds = 28)
    Duration batchLockTimeout();

    /** The limits of a group commit. Charges and releases have one each. */
    default Batcher.Limits groupCommit() {
        return new Batcher.Limits(batchSize(), batchesInFlight(), batchOverlapAfter(), maxWaiting(), responseTimeout());
    }
}

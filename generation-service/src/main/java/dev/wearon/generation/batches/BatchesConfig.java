package dev.wearon.generation.batches;

import dev.wearon.batching.Batcher;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

/**
 * The limits of the batches in which creates share a statement, a call or a command. Claims of workers, their results and the marks
 * of releases have the same limits, except {@link #maxWaiting}.
 */
@ConfigMapping(prefix = "wearon.batches")
public interface BatchesConfig {

    int MAX_BOUNDED = 1_000;

    /** The most creates in one batch. Credits and storage accept 64. */
    @WithDefault("64")
    @Min(1)
    @Max(64)
    int size();

    /** The most batches of one step that run at the same time. */
    @WithDefault("4")
    @Min(1)
    @Max(64)
    int inFlight();

    /**
     * The age of the running batch at which another one may start beside it. Until then creates wait, because one large batch
     * costs less than two small ones. After that, a batch that hangs does not delay the others.
     */
    @WithDefault("0.05S")
    @DurationMin(seconds = 0)
    @DurationMax(seconds = 2)
    Duration overlapAfter();

    /** The most creates that wait for the batch of one step. The step of the next create fails at once. */
    @WithDefault("1000")
    @Min(1)
    @Max(100000)
    int maxWaiting();

    /** @param timeout see {@link Batcher.Limits}; a step of a create that waited for its batch takes less than twice this time */
    default Batcher.Limits limits(Duration timeout) {
        return limits(size(), timeout);
    }

    /** For work whose amount at the same time is limited already: by the number of workers, or of refunds. */
    default Batcher.Limits ofBoundedWork(Duration timeout) {
        return new Batcher.Limits(size(), inFlight(), overlapAfter(), MAX_BOUNDED, timeout);
    }

    /** @param maxSize a limit of the batch besides {@link #size} */
    default Batcher.Limits limits(int maxSize, Duration timeout) {
        return new Batcher.Limits(Math.min(size(), maxSize), inFlight(), overlapAfter(), maxWaiting(), timeout);
    }
}

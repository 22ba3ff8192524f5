package dev.wearon.generation.upkeep;

import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Channels;
import dev.wearon.generation.sessions.SessionsConfig;
import dev.wearon.jobs.RecurringJob;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/**
 * The background job that counts unfinished sessions for the metrics {@code wearon_sessions_unfinished} and
 * {@code wearon_sessions_oldest_waiting_seconds}. A scrape reads the numbers of the last round, so it never waits for PostgreSQL.
 * Every instance reads the same table.
 */
@ApplicationScoped
class UnfinishedSessions implements RecurringJob {

    /** A longer queue is counted as this. Its age still tells that it is too long. */
    private static final int MOST_COUNTED = 10_000;

    private final Channels channels;
    private final Backlog backlog;
    private final SessionsConfig config;
    private final Map<String, Backlog.Unfinished> counted = new ConcurrentHashMap<>();

    UnfinishedSessions(Channels channels, Backlog backlog, SessionsConfig config, MeterRegistry metrics) {
        this.channels = channels;
        this.backlog = backlog;
        this.config = config;
        for (Channel channel : channels.rotated(0)) {
            counted.put(channel.name(), Backlog.Unfinished.NONE);
            register(metrics, channel, "queued", Backlog.Unfinished::queued);
            register(metrics, channel, "processing", Backlog.Unfinished::processing);
            register(metrics, channel, "retrying", Backlog.Unfinished::retrying);
            register(metrics, channel, "lost", Backlog.Unfinished::lost);
            Gauge.builder(
                            "wearon.sessions.oldest.waiting",
                            () -> counted.get(channel.name()).oldestWaiting().toMillis() / 1000.0)
                    .tag("channel", channel.name())
                    .baseUnit("seconds")
                    .register(metrics);
        }
    }

    private void register(
            MeterRegistry metrics, Channel channel, String state, ToDoubleFunction<Backlog.Unfinished> number) {
        Gauge.builder("wearon.sessions.unfinished", () -> number.applyAsDouble(counted.get(channel.name())))
                .tag("channel", channel.name())
                .tag("state", state)
                .register(metrics);
    }

    @Override
    public String name() {
        return "unfinished-sessions";
    }

    @Override
    public Optional<Duration> every() {
        return Optional.of(config.countEvery());
    }

    @Override
    public Uni<List<Backlog.Unfinished>> runOnce() {
        return channels.forEach(channel -> backlog.countUnfinished(channel, MOST_COUNTED)
                .invoke(unfinished -> counted.put(channel.name(), unfinished)));
    }
}

package dev.wearon.generation.upkeep;

import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Channels;
import dev.wearon.generation.sessions.Publications;
import dev.wearon.generation.sessions.SessionsConfig;
import dev.wearon.jobs.Findings;
import dev.wearon.jobs.RecurringJob;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The background job that publishes the pictures of completed sessions whose worker died before it did so, or got no answer. It may
 * run in every instance at the same time.
 */
@ApplicationScoped
class Publisher implements RecurringJob {

    /** Storage accepts as many paths in a call. */
    private static final int BATCH = 500;

    /** Before that, the worker that completed the session publishes its picture. */
    private static final Duration MIN_AGE = Duration.ofSeconds(2);

    private final Channels channels;
    private final Publications publications;
    private final SessionsConfig config;
    private final Findings findings;

    Publisher(Channels channels, Publications publications, SessionsConfig config, MeterRegistry metrics) {
        this.channels = channels;
        this.publications = publications;
        this.config = config;
        this.findings = new Findings(metrics, "publisher");
    }

    @Override
    public String name() {
        return "publisher";
    }

    @Override
    public Optional<Duration> every() {
        return Optional.of(config.publishEvery());
    }

    @Override
    public Uni<?> runOnce() {
        return channels.forEach(this::publishDue);
    }

    private Uni<Integer> publishDue(Channel channel) {
        return publications
                .due(channel, MIN_AGE, BATCH)
                .invoke(due -> findings.found(due.size()))
                .call(this::publish)
                .map(List::size);
    }

    private Uni<Void> publish(List<Publications.Result> due) {
        return Multi.createFrom()
                .iterable(due)
                .onItem()
                .transformToUniAndMerge(result -> publications.publish(result).invoke(() -> findings.repaired(1)))
                .onItem()
                .ignoreAsUni();
    }
}

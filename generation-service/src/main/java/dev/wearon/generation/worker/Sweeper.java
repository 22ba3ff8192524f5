package dev.wearon.generation.worker;

import dev.wearon.generation.queue.Permits;
import dev.wearon.generation.queue.Task;
import dev.wearon.generation.sessions.Sessions;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.List;
import org.jboss.logging.Logger;

/**
 * Leaves no session behind: pushes the permits that are missing (Redis was emptied, a worker died, a session was handed
 * back), fails what was tried often enough or is too old. Runs safely in several instances at once.
 */
@ApplicationScoped
class Sweeper {

    private static final Logger LOG = Logger.getLogger(Sweeper.class);

    /** What one run did. */
    record Counts(int waiting, int pushed, int lost, int overdue) {}

    private final Sessions sessions;
    private final Permits permits;
    private final WorkerConfig config;
    private final MeterRegistry metrics;
    private Cancellable timer = () -> {};

    Sweeper(Sessions sessions, Permits permits, WorkerConfig config, MeterRegistry metrics) {
        this.sessions = sessions;
        this.permits = permits;
        this.config = config;
        this.metrics = metrics;
    }

    void start(@Observes StartupEvent event) {
        timer = Multi.createFrom()
                .ticks()
                .every(config.sweeper().every())
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> runOnce().onFailure().recoverWithItem(fault -> {
                    LOG.warnf(fault, "The sweeper could not finish its round; it tries again");
                    return new Counts(0, 0, 0, 0);
                }))
                .subscribe()
                .with(this::count);
    }

    void stop(@Observes ShutdownEvent event) {
        timer.cancel();
    }

    Uni<Counts> runOnce() {
        int batch = config.sweeper().batch();
        return sessions.failOverdue(config.sweeper().deadline(), batch)
                .chain(overdue -> sessions.failLost(config.attempts(), batch).chain(lost -> pushMissing()
                        .map(pushed -> new Counts(pushed.waiting(), pushed.pushed(), lost, overdue))));
    }

    private record Pushed(int waiting, int pushed) {}

    private Uni<Pushed> pushMissing() {
        return sessions.claimable(
                        config.sweeper().minAge(),
                        config.attempts(),
                        config.sweeper().batch())
                .chain(waiting -> waiting.isEmpty()
                        ? Uni.createFrom().item(new Pushed(0, 0))
                        : permits.length().chain(length -> push(missing(waiting, length))
                                .map(pushed -> new Pushed(waiting.size(), pushed))));
    }

    /** Only the difference: a long list whose sessions merely wait their turn is not pushed twice. */
    static List<Sessions.Waiting> missing(List<Sessions.Waiting> waiting, long permits) {
        return waiting.subList(0, (int) Math.max(0, waiting.size() - permits));
    }

    private Uni<Integer> push(List<Sessions.Waiting> missing) {
        return missing.isEmpty()
                ? Uni.createFrom().item(0)
                : permits.push(missing.stream().map(Sweeper::permit).toList()).replaceWith(missing.size());
    }

    private static Task permit(Sessions.Waiting session) {
        return Task.ofStore(
                session.storeId(),
                session.id(),
                session.imageUrls(),
                session.prompt(),
                session.requestId(),
                session.createdAt());
    }

    private void count(Counts counts) {
        metrics.counter("wearon.sweeper.permits.pushed").increment(counts.pushed());
        metrics.counter("wearon.sweeper.sessions.lost").increment(counts.lost());
        metrics.counter("wearon.sweeper.sessions.overdue").increment(counts.overdue());
        if (counts.pushed() + counts.lost() + counts.overdue() > 0) {
            LOG.infof("Swept: %s", counts);
        }
    }
}

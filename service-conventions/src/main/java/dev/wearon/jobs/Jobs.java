package dev.wearon.jobs;

import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.All;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Runs every {@link RecurringJob} of the service. */
@Singleton
final class Jobs {

    private static final Logger LOG = Logger.getLogger(Jobs.class);

    private final List<RecurringJob> jobs;
    private final MeterRegistry metrics;
    private final List<Cancellable> running = new ArrayList<>();

    /** The fault of the last round, by the names of the jobs whose last round failed. */
    private final Map<String, String> faults = new ConcurrentHashMap<>();

    Jobs(@All List<RecurringJob> jobs, MeterRegistry metrics) {
        this.jobs = jobs;
        this.metrics = metrics;
    }

    /** After everything else that happens at a start: a round may rely on it. */
    void start(@Observes @Priority(Integer.MAX_VALUE) StartupEvent event) {
        jobs.forEach(job -> job.every().ifPresent(every -> running.add(repeat(job, every))));
    }

    void stop(@Observes ShutdownEvent event) {
        running.forEach(Cancellable::cancel);
    }

    private Cancellable repeat(RecurringJob job, Duration every) {
        return Multi.createFrom()
                .ticks()
                .every(every)
                .onOverflow()
                .drop()
                .onItem()
                .transformToUniAndConcatenate(tick -> round(job))
                .subscribe()
                .with(done -> {}, fault -> LOG.errorf(fault, "The %s does not run any more", job.name()));
    }

    /** Never fails. A fault is logged when it is another one than in the round before, and so is its end. */
    Uni<Void> round(RecurringJob job) {
        return Uni.createFrom()
                .deferred(job::runOnce)
                .invoke(done -> {
                    count(job, "done");
                    if (faults.remove(job.name()) != null) {
                        LOG.infof("The %s works again", job.name());
                    }
                })
                .onFailure()
                .invoke(fault -> {
                    count(job, "failed");
                    if (!fault.toString().equals(faults.put(job.name(), fault.toString()))) {
                        LOG.warnf(fault, "The %s could not finish its round; it tries again", job.name());
                    }
                })
                .replaceWithVoid()
                .onFailure()
                .recoverWithNull();
    }

    private void count(RecurringJob job, String outcome) {
        metrics.counter("wearon.job.rounds", "job", job.name(), "outcome", outcome)
                .increment();
    }
}

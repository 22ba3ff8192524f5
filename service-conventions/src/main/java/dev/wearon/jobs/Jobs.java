package dev.wearon.jobs;

import io.micrometer.core.instrument.Counter;
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

    /** The faults of jobs whose last round failed, by the name of the job. */
    private final Map<String, String> faults = new ConcurrentHashMap<>();

    Jobs(@All List<RecurringJob> jobs, MeterRegistry metrics) {
        this.jobs = jobs;
        this.metrics = metrics;
        // From the start, so that the first failed round is an increase.
        jobs.forEach(job -> {
            rounds(job, "done");
            rounds(job, "failed");
        });
    }

    /** Starts last: a round may need everything that other observers of the start prepare. */
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
                .with(done -> {}, fault -> LOG.errorf(fault, "The job %s has stopped", job.name()));
    }

    /** Never fails. Logs a fault if it differs from that of the round before, and logs the recovery. */
    Uni<Void> round(RecurringJob job) {
        return Uni.createFrom()
                .deferred(job::runOnce)
                .invoke(done -> {
                    rounds(job, "done").increment();
                    if (faults.remove(job.name()) != null) {
                        LOG.infof("The job %s works again", job.name());
                    }
                })
                .onFailure()
                .invoke(fault -> {
                    rounds(job, "failed").increment();
                    if (!fault.toString().equals(faults.put(job.name(), fault.toString()))) {
                        LOG.warnf(fault, "A round of the job %s failed; the job will try again", job.name());
                    }
                })
                .replaceWithVoid()
                .onFailure()
                .recoverWithNull();
    }

    private Counter rounds(RecurringJob job, String outcome) {
        return metrics.counter("wearon.job.rounds", "job", job.name(), "outcome", outcome);
    }
}

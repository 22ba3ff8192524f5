package dev.wearon.gateway.erasure;

import dev.wearon.gateway.erasure.StoreJobs.Job;
import dev.wearon.gateway.stores.ShopConnections;
import dev.wearon.jobs.RecurringJob;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/** Works on the jobs of stores, one step at a time. Several instances may run it, and die in it. */
@ApplicationScoped
class Erasure implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(Erasure.class);

    private static final int AT_ONCE = 8;
    /** After so many steps the round ends; the next one continues. */
    private static final int MOST_BATCHES = 200;

    private static final int PASSES = 2;

    /** A create that was admitted before the stop has ended by then. */
    private static final Duration CREATES_END = Duration.ofSeconds(30);

    private final StoreJobs jobs;
    private final ShopConnections connections;
    private final Neighbours neighbours;
    private final List<ShopperRecords> records;
    private final ErasureConfig config;

    Erasure(
            StoreJobs jobs,
            ShopConnections connections,
            Neighbours neighbours,
            @All List<ShopperRecords> records,
            ErasureConfig config) {
        this.jobs = jobs;
        this.connections = connections;
        this.neighbours = neighbours;
        this.records = records;
        this.config = config;
    }

    @Override
    public String name() {
        return "store-jobs";
    }

    @Override
    public Optional<Duration> every() {
        return config.every();
    }

    /** @return the number of steps that were done */
    @Override
    public Uni<Integer> runOnce() {
        return Multi.createBy()
                .repeating()
                .uni(this::batch)
                .whilst(done -> done > 0)
                .select()
                .first(MOST_BATCHES)
                .collect()
                .with(Collectors.summingInt(done -> done))
                .call(jobs::deleteOld);
    }

    private Uni<Integer> batch() {
        return jobs.take(AT_ONCE).chain(taken -> Multi.createFrom()
                .iterable(taken)
                .onItem()
                .transformToUni(job -> work(job).replaceWith(1).onFailure().invoke(fault -> log(job, fault)))
                // Other jobs go on; then the round fails, so that it is seen.
                .collectFailures()
                .merge(AT_ONCE)
                .collect()
                .with(Collectors.summingInt(done -> done)));
    }

    private static void log(Job job, Throwable fault) {
        LOG.warnf("A step of the job %s failed and will be repeated: %s", job, fault);
    }

    private Uni<Void> work(Job job) {
        return switch (job.kind()) {
            case STOP -> stop(job);
            case REDACT_SHOPPER -> redact(job);
            // What a shop has since it installed the app again is not forgotten.
            case REDACT_SHOP ->
                connections
                        .isInstalledAfter(job.storeId(), job.createdAt())
                        .chain(again -> again ? jobs.finish(job) : redact(job));
            case DATA_REQUEST -> jobs.finish(job);
        };
    }

    /** A store that is active again keeps what was queued since. */
    private Uni<Void> stop(Job job) {
        return jobs.isStopped(job.storeId())
                .chain(stopped -> stopped
                        ? neighbours.cancelQueued(job.storeId()).chain(more -> cancelled(job, more))
                        : jobs.finish(job));
    }

    private Uni<Void> cancelled(Job job, boolean more) {
        if (more) {
            return jobs.save(job, 0, job.passes(), Optional.empty(), Duration.ZERO);
        }
        return job.passes() + 1 < PASSES
                ? jobs.save(job, 0, job.passes() + 1, Optional.empty(), CREATES_END)
                : jobs.finish(job);
    }

    /** Whatever came after the job is of a shopper who came back, and stays. */
    private Uni<Void> redact(Job job) {
        UUID store = job.storeId();
        return switch (job.step()) {
            case 0 -> allNames(job).chain(names -> jobs.save(job, 1, job.passes(), names, Duration.ZERO));
            case 1 ->
                neighbours
                        .redactSessions(store, job.shoppers(), job.createdAt())
                        .chain(more -> next(job, more));
            case 2 -> redactHere(job).chain(more -> next(job, more));
            default ->
                neighbours
                        .redactLedger(store, job.shoppers(), ofLedger(job))
                        .chain(more -> more ? next(job, true) : passed(job));
        };
    }

    /** In the first pass all: the step before has told it of orders, so it may have met their shopper after the job was made. */
    private static Instant ofLedger(Job job) {
        return job.passes() == 0 ? null : job.createdAt();
    }

    /** The ledger comes last, because it knows which names belong to the same shopper. */
    private Uni<Optional<List<String>>> allNames(Job job) {
        return job.shoppers()
                .map(names -> neighbours
                        .allNames(job.storeId(), names, job.createdAt())
                        .map(Optional::of))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()));
    }

    private Uni<Boolean> redactHere(Job job) {
        return jobs.deleteDataRequests(job).chain(() -> Multi.createFrom()
                .iterable(records)
                .onItem()
                .transformToUniAndConcatenate(table -> table.redact(job.storeId(), job.shoppers(), job.createdAt()))
                .collect()
                .with(Collectors.reducing(false, Boolean::logicalOr)));
    }

    private Uni<Void> next(Job job, boolean more) {
        return jobs.save(job, more ? job.step() : job.step() + 1, job.passes(), job.shoppers(), Duration.ZERO);
    }

    private Uni<Void> passed(Job job) {
        return job.passes() + 1 < PASSES
                ? jobs.save(job, 0, job.passes() + 1, job.shoppers(), config.secondPassAfter())
                : jobs.finish(job);
    }
}

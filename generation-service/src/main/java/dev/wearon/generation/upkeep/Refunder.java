package dev.wearon.generation.upkeep;

import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Channels;
import dev.wearon.generation.sessions.Refunds;
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
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * The background job that gives back the credit of every failed session. The ledger gives a credit back only once, and the job
 * retries until it has an answer. So it may run in every instance at the same time and may die at any point.
 */
@ApplicationScoped
class Refunder implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(Refunder.class);

    /**
     * The result of one run.
     *
     * @param oldest how long the oldest due session has waited; zero without one
     */
    record Counts(int found, int released, Duration oldest) {

        static final Counts NONE = new Counts(0, 0, Duration.ZERO);

        Counts plus(Counts more) {
            return new Counts(
                    found + more.found,
                    released + more.released,
                    more.oldest.compareTo(oldest) > 0 ? more.oldest : oldest);
        }
    }

    private final Channels channels;
    private final Refunds refunds;
    private final SessionsConfig config;
    private final Findings findings;

    Refunder(Channels channels, Refunds refunds, SessionsConfig config, MeterRegistry metrics) {
        this.channels = channels;
        this.refunds = refunds;
        this.config = config;
        this.findings = new Findings(metrics, "refunder");
    }

    @Override
    public String name() {
        return "refunder";
    }

    /** The default is so short that a refund is done within 30 s of the failure. */
    @Override
    public Optional<Duration> every() {
        return Optional.of(config.refundEvery());
    }

    /** Handles all due sessions page by page, so that one which cannot be released does not delay the others. */
    @Override
    public Uni<Counts> runOnce() {
        AtomicReference<Counts> sum = new AtomicReference<>(Counts.NONE);
        return channels.forEach(channel -> releaseAll(channel).invoke(counts -> sum.updateAndGet(counts::plus)))
                .onItemOrFailure()
                .invoke((done, fault) -> findings.oldest(sum.get().oldest()))
                .map(done -> sum.get());
    }

    private Uni<Counts> releaseAll(Channel channel) {
        return Multi.createBy()
                .repeating()
                .uni(() -> new AtomicReference<>(Refunds.Due.start(channel)), this::page)
                .whilst(counts -> counts.found() == config.refundBatch())
                .collect()
                .with(Collectors.reducing(Counts.NONE, Counts::plus));
    }

    private Uni<Counts> page(AtomicReference<Refunds.Due> last) {
        return refunds.due(config.refundMinAge(), last.get(), config.refundBatch())
                .invoke(due -> {
                    findings.found(due.size());
                    due.stream().reduce((earlier, later) -> later).ifPresent(last::set);
                })
                .chain(due -> release(due)
                        .map(released -> new Counts(
                                due.size(),
                                released,
                                due.isEmpty() ? Duration.ZERO : due.getFirst().waited())))
                .invoke(counts -> findings.repaired(counts.released()));
    }

    /** Returns the number of sessions whose credit is back. The others stay due. */
    Uni<Integer> release(List<Refunds.Due> due) {
        return Multi.createFrom()
                .iterable(due)
                .onItem()
                .transformToUni(session -> refunds.release(session.sessionId(), session.owner(), session.requestId())
                        .onFailure()
                        .recoverWithItem(fault -> {
                            LOG.warnf("The credit of session %s is not given back yet: %s", session.sessionId(), fault);
                            return false;
                        }))
                .merge(config.refundConcurrency())
                .filter(done -> done)
                .collect()
                .asList()
                .map(List::size);
    }
}

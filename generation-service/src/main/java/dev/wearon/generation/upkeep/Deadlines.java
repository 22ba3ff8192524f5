package dev.wearon.generation.upkeep;

import dev.wearon.generation.channels.Channel;
import dev.wearon.generation.channels.Channels;
import dev.wearon.generation.models.ModelConfig;
import dev.wearon.generation.sessions.FailureCode;
import dev.wearon.generation.sessions.Refunds;
import dev.wearon.generation.sessions.SessionEnds;
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
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * The background job that fails sessions past their deadline and gives their credits back at once. A result that comes later is
 * refused, because the session has ended. It may run in every instance at the same time; what it cannot give back is left to the
 * {@link Refunder}.
 */
@ApplicationScoped
class Deadlines implements RecurringJob {

    private final Channels channels;
    private final Backlog backlog;
    private final Refunder refunder;
    private final SessionEnds ends;
    private final SessionsConfig config;
    private final ModelConfig modelConfig;
    private final Findings findings;

    Deadlines(
            Channels channels,
            Backlog backlog,
            Refunder refunder,
            SessionEnds ends,
            SessionsConfig config,
            ModelConfig modelConfig,
            MeterRegistry metrics) {
        this.channels = channels;
        this.backlog = backlog;
        this.refunder = refunder;
        this.ends = ends;
        this.config = config;
        this.modelConfig = modelConfig;
        this.findings = new Findings(metrics, "deadlines");
    }

    @Override
    public String name() {
        return "deadlines";
    }

    @Override
    public Optional<Duration> every() {
        return Optional.of(config.deadlinesEvery());
    }

    /** Returns the number of sessions that it failed. */
    @Override
    public Uni<Integer> runOnce() {
        AtomicInteger failed = new AtomicInteger();
        return channels.forEach(channel -> allOverdue(channel).invoke(failed::addAndGet))
                .map(done -> failed.get());
    }

    /** Repeats until a batch is not full. */
    private Uni<Integer> allOverdue(Channel channel) {
        return Multi.createBy()
                .repeating()
                .uni(() -> failOverdue(channel))
                .whilst(sessions -> sessions == config.refundBatch())
                .collect()
                .with(Collectors.summingInt(sessions -> sessions));
    }

    private Uni<Integer> failOverdue(Channel channel) {
        return backlog.failOverdue(channel, modelConfig.deadline(), config.refundBatch())
                .invoke(overdue -> {
                    findings.found(overdue.size());
                    findings.oldest(overdue.stream()
                            .map(Refunds.Due::waited)
                            .max(Duration::compareTo)
                            .orElse(Duration.ZERO));
                    ends.failed(FailureCode.DEADLINE, overdue.size());
                })
                .call(this::giveBack)
                .map(overdue -> overdue.size());
    }

    /** Only for a short time: while the ledger does not answer, the next sessions must end, too. */
    private Uni<Integer> giveBack(List<Refunds.Due> overdue) {
        return refunder.release(overdue)
                .invoke(findings::repaired)
                .ifNoItem()
                .after(config.refundTimeout())
                .recoverWithItem(0);
    }
}

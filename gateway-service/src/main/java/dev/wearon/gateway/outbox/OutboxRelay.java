package dev.wearon.gateway.outbox;

import dev.wearon.gateway.routing.Addresses;
import dev.wearon.gateway.routing.Service;
import dev.wearon.identity.Identities;
import dev.wearon.jobs.RecurringJob;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import org.eclipse.microprofile.rest.client.inject.RestClient;
import org.jboss.logging.Logger;

/** Sends the events of the outbox until they are acknowledged. Several instances may run at the same time. */
@ApplicationScoped
class OutboxRelay implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(OutboxRelay.class);

    record Counts(int taken, int acknowledged) {

        Counts plus(Counts more) {
            return new Counts(taken + more.taken(), acknowledged + more.acknowledged());
        }
    }

    private final Outbox outbox;
    private final StorageClient storage;
    private final Addresses addresses;
    private final Identities identities;
    private final OutboxConfig config;
    private final Counter acknowledged;
    private final Counter unacknowledged;
    private volatile Outbox.Backlog backlog = new Outbox.Backlog(0, 0);

    OutboxRelay(
            Outbox outbox,
            @RestClient StorageClient storage,
            Addresses addresses,
            Identities identities,
            OutboxConfig config,
            MeterRegistry metrics) {
        this.outbox = outbox;
        this.storage = storage;
        this.addresses = addresses;
        this.identities = identities;
        this.config = config;
        this.acknowledged = metrics.counter("wearon.outbox.acknowledged");
        this.unacknowledged = metrics.counter("wearon.outbox.unacknowledged");
        Gauge.builder("wearon.outbox.waiting", () -> backlog.waiting()).register(metrics);
        Gauge.builder("wearon.outbox.oldest", () -> backlog.oldestSeconds())
                .baseUnit("seconds")
                .register(metrics);
    }

    @Override
    public String name() {
        // The name is a label of the metrics, so it stays as it is.
        return "messenger";
    }

    /**
     * Polls often, because images of a deactivated store stay readable until storage knows. An empty poll is one small query.
     */
    @Override
    public Optional<Duration> every() {
        return config.every();
    }

    /** Repeats until a batch has no success, because an acknowledgement allows the next event of the same store. */
    @Override
    public Uni<Counts> runOnce() {
        return Multi.createBy()
                .repeating()
                .uni(this::batch)
                .whilst(counts -> counts.acknowledged() > 0)
                .collect()
                .with(Collectors.reducing(new Counts(0, 0), Counts::plus))
                .call(() -> outbox.backlog().invoke(found -> backlog = found));
    }

    private Uni<Counts> batch() {
        return outbox.take(config.batch(), config.retryAfter(), config.retryMax())
                .chain(taken -> send(taken).map(sent -> new Counts(taken.size(), sent)));
    }

    private Uni<Integer> send(List<OutboxEvent> taken) {
        return Multi.createFrom()
                .iterable(taken)
                .onItem()
                .transformToUni(this::send)
                .merge(config.batch())
                .filter(done -> done)
                .collect()
                .asList()
                .map(List::size);
    }

    private Uni<Boolean> send(OutboxEvent event) {
        UUID eventId = event.state().eventId();
        return addresses
                .of(Service.STORAGE)
                .call(address -> storage.send(
                        address.url().toString(),
                        identities.asService(),
                        eventId.toString(),
                        event.storeId(),
                        event.state()))
                .chain(() -> outbox.acknowledge(eventId, event.storeId()))
                .invoke(() -> acknowledged.increment())
                .replaceWith(true)
                .onFailure()
                .recoverWithItem(fault -> {
                    unacknowledged.increment();
                    LOG.warnf(
                            "Storage has not acknowledged the change of store %s (event %s, attempt %d); it will be sent again: %s",
                            event.storeId(), eventId, event.attempts(), fault);
                    return false;
                });
    }
}

package dev.wearon.gateway.deliveries;

import com.standardwebhooks.Webhook;
import com.standardwebhooks.exceptions.WebhookSigningException;
import dev.wearon.egress.EgressClient;
import dev.wearon.egress.EgressClient.Response;
import dev.wearon.egress.EgressGuard;
import dev.wearon.gateway.deliveries.Attempt.Outcome;
import dev.wearon.gateway.webhooks.WebhookSecrets;
import dev.wearon.jobs.RecurringJob;
import dev.wearon.timing.Timers;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Sends due messages. A round only begins deliveries, so a receiver that hangs does not delay the next round. The receivers that fail
 * have a lane of their own, so they cannot take the slots of the others.
 */
@ApplicationScoped
class Deliveries implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(Deliveries.class);
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(100);
    private static final int KEPT_BYTES = 4_096;
    private static final String UNSENT = "wearon.webhooks.unsent";

    private final Messages messages;
    private final EgressGuard guard;
    private final EgressClient client;
    private final WebhookSecrets secrets;
    private final DeliveriesConfig config;
    private final MeterRegistry metrics;
    private final List<Lane> lanes;

    Deliveries(
            Messages messages,
            EgressGuard guard,
            WebhookSecrets secrets,
            DeliveriesConfig config,
            Vertx vertx,
            MeterRegistry metrics) {
        this.messages = messages;
        this.guard = guard;
        this.client = new EgressClient(vertx, CONNECT_TIMEOUT);
        this.secrets = secrets;
        this.config = config;
        this.metrics = metrics;
        this.lanes = List.of(
                new Lane(false, new AtomicInteger(config.concurrent())),
                new Lane(true, new AtomicInteger(config.concurrent())));
        metrics.counter(UNSENT);
        for (Outcome outcome : Outcome.values()) {
            count(outcome, 0);
        }
    }

    /**
     * The slots of one kind of receivers.
     *
     * @param failing whether the last attempt of the receiver failed
     * @param free slots that are not used; only a round takes some
     */
    private record Lane(boolean failing, AtomicInteger free) {}

    @Override
    public String name() {
        return "webhook-deliveries";
    }

    @Override
    public Optional<Duration> every() {
        return config.every();
    }

    /**
     * Begins deliveries until no message is due or no slot is free.
     *
     * @return how many were begun
     */
    @Override
    public Uni<Integer> runOnce() {
        return Multi.createBy()
                .repeating()
                .uni(() -> begin())
                .withDelay(PAUSE)
                .whilst(begun -> begun > 0)
                .collect()
                .with(Collectors.summingInt(begun -> begun));
    }

    private Uni<Integer> begin() {
        return Uni.combine()
                .all()
                .unis(begin(lanes.getFirst()), begin(lanes.getLast()))
                .with(Integer::sum);
    }

    private Uni<Integer> begin(Lane lane) {
        int slots = lane.free().get();
        return slots == 0
                ? Uni.createFrom().item(0)
                : messages.take(lane.failing(), slots)
                        .invoke(taken -> taken.forEach(message -> begin(lane, message)))
                        .map(List::size);
    }

    private void begin(Lane lane, Message message) {
        lane.free().decrementAndGet();
        deliver(message)
                .onTermination()
                .invoke(() -> lane.free().incrementAndGet())
                .subscribe()
                .with(
                        recorded -> {},
                        fault -> LOG.warnf(
                                "The %s was not sent, or its result is unknown. It will be sent again: %s",
                                message, fault));
    }

    private Uni<Boolean> deliver(Message message) {
        return attempt(message)
                .onFailure()
                .call(() -> {
                    metrics.counter(UNSENT).increment();
                    return messages.postpone(message);
                })
                .invoke(attempt -> count(attempt.outcome(), 1))
                .chain(attempt -> messages.finish(message, attempt));
    }

    private void count(Outcome outcome, int more) {
        metrics.counter("wearon.webhooks.attempts", "outcome", outcome.wire()).increment(more);
    }

    private Uni<Attempt> attempt(Message message) {
        return Uni.createFrom().deferred(() -> {
            long begin = System.nanoTime();
            return Timers.within(config.timeout(), send(message, begin))
                    .onFailure(TimeoutException.class)
                    .recoverWithItem(() -> Attempt.unanswered(Outcome.TIMEOUT, since(begin)));
        });
    }

    /** Looks the host up again: its addresses may have changed since the endpoint was created. */
    private Uni<Attempt> send(Message message, long begin) {
        return switch (guard.parse(message.url())) {
            case EgressGuard.Refused refused ->
                Uni.createFrom().item(Attempt.unanswered(Outcome.NO_ADDRESS, since(begin)));
            case EgressGuard.Target target ->
                guard.resolve(target).chain(resolved -> switch (resolved) {
                    case EgressGuard.Refused refused ->
                        Uni.createFrom().item(Attempt.unanswered(Outcome.NO_ADDRESS, since(begin)));
                    case EgressGuard.Destination destination ->
                        client.post(
                                        destination,
                                        headers(message, Instant.now()),
                                        Buffer.buffer(message.payload()),
                                        KEPT_BYTES,
                                        config.timeout())
                                .map(response -> result(response, since(begin)));
                });
        };
    }

    private Map<String, String> headers(Message message, Instant now) {
        return Map.of(
                "Content-Type", "application/json",
                "webhook-id", message.eventId().toString(),
                "webhook-timestamp", Long.toString(now.getEpochSecond()),
                "webhook-signature", signatures(message, now));
    }

    /** That of the secret, and for a day after a rotation also that of the secret before. */
    private String signatures(Message message, Instant now) {
        String current = signature(message, message.secret(), now);
        if (message.previousSecret() == null) {
            return current;
        }
        try {
            return current + " " + signature(message, message.previousSecret(), now);
        } catch (IllegalStateException lostKey) {
            // A rotation is what helps a store then, so the new secret must do alone.
            return current;
        }
    }

    private String signature(Message message, Buffer sealed, Instant now) {
        try {
            return new Webhook(secrets.open(message.endpointId(), sealed))
                    .sign(message.eventId().toString(), now.getEpochSecond(), message.payload());
        } catch (WebhookSigningException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Attempt result(Response response, Duration duration) {
        return switch (response) {
            case Response.Unanswered(boolean late) ->
                Attempt.unanswered(late ? Outcome.TIMEOUT : Outcome.UNREACHABLE, duration);
            case Response.Answered(int status, Buffer start, String retryAfter) ->
                new Attempt(
                        status >= 200 && status < 300 ? Outcome.DELIVERED : Outcome.REFUSED,
                        status,
                        duration,
                        // PostgreSQL stores no NUL.
                        start.toString(StandardCharsets.UTF_8).replace("\0", ""),
                        RetrySchedule.retryAfter(retryAfter, Instant.now()));
        };
    }

    private static Duration since(long begin) {
        return Duration.ofNanos(System.nanoTime() - begin);
    }

    @PreDestroy
    void close() {
        client.close();
    }
}

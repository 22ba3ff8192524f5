package dev.wearon.gateway.incoming;

import dev.wearon.gateway.stores.MerchantStore;
import dev.wearon.gateway.stores.ShopConnections;
import dev.wearon.jobs.RecurringJob;
import dev.wearon.timing.Timers;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Works on webhooks: on a new one at once, if this process has a free place, and on those that are due. Those are repeats, and what a
 * process left behind that was full or died.
 */
@ApplicationScoped
class WebhookWork implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(WebhookWork.class);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final String OURS = "dev.wearon.";

    private final Webhooks webhooks;
    private final ShopConnections shops;
    private final Map<String, WebhookHandler> handlers;
    private final IncomingConfig config;
    private final MeterRegistry metrics;
    private final Semaphore places;

    WebhookWork(
            Webhooks webhooks,
            ShopConnections shops,
            @All List<WebhookHandler> handlers,
            IncomingConfig config,
            MeterRegistry metrics) {
        this.webhooks = webhooks;
        this.shops = shops;
        this.handlers = byTopic(handlers);
        this.config = config;
        this.metrics = metrics;
        this.places = new Semaphore(config.concurrent());
        // From the start, so that the first failure is an increase.
        for (Topic topic : Topic.values()) {
            Arrays.asList("done", "ignored", "later", "failed").forEach(result -> count(topic.wire(), result, 0));
        }
    }

    private static Map<String, WebhookHandler> byTopic(List<WebhookHandler> handlers) {
        Map<String, WebhookHandler> byTopic = new HashMap<>();
        for (WebhookHandler handler : handlers) {
            for (String topic : handler.topics()) {
                if (Topic.of(topic).isEmpty() || byTopic.put(topic, handler) != null) {
                    throw new IllegalStateException("No route or two handlers have the topic " + topic);
                }
            }
        }
        return byTopic;
    }

    /** @param more whether others may be due */
    private record Begun(int count, boolean more) {}

    @Override
    public String name() {
        return "shopify-webhooks";
    }

    @Override
    public Optional<Duration> every() {
        return config.every();
    }

    /**
     * Stores a delivery, and begins to work on it if there is a place.
     *
     * @return false if it was stored before; fails if it may not be stored
     */
    Uni<Boolean> accept(Delivery delivery) {
        return Uni.createFrom().deferred(() -> {
            TakenWebhook first = Webhooks.first(delivery);
            boolean leased = places.tryAcquire();
            return webhooks.store(first, delivery.eventId(), leased)
                    .onTermination()
                    .invoke((stored, fault, cancelled) -> {
                        if (leased && Boolean.TRUE.equals(stored)) {
                            begin(first);
                        } else if (leased) {
                            places.release();
                        }
                    });
        });
    }

    /**
     * Begins to work on due webhooks, until none is due.
     *
     * @return how many were begun
     */
    @Override
    public Uni<Integer> runOnce() {
        return Multi.createBy()
                .repeating()
                .uni(this::takeDue)
                .withDelay(PAUSE)
                .whilst(Begun::more)
                .collect()
                .with(Collectors.summingInt(Begun::count));
    }

    /** Begins to work on a webhook that became due outside of a round. What finds no place is for the next round. */
    void beginDue() {
        takeDue().subscribe().with(begun -> {}, fault -> LOG.warnf("Due webhooks wait for the next round: %s", fault));
    }

    private Uni<Begun> takeDue() {
        int free = places.drainPermits();
        if (free == 0) {
            return Uni.createFrom().item(new Begun(0, true));
        }
        return webhooks.take(free)
                .onTermination()
                .invoke((taken, fault, cancelled) -> {
                    places.release(free - (taken == null ? 0 : taken.size()));
                    if (taken != null) {
                        taken.forEach(this::begin);
                    }
                })
                .map(taken -> new Begun(taken.size(), taken.size() == free));
    }

    private void begin(TakenWebhook webhook) {
        work(webhook)
                .onTermination()
                .invoke(() -> places.release())
                .subscribe()
                .with(
                        recorded -> {},
                        fault -> LOG.warnf(
                                "The result of the %s is unknown. It will be worked on again: %s", webhook, fault));
    }

    private Uni<Boolean> work(TakenWebhook webhook) {
        return Uni.createFrom()
                .deferred(() -> Timers.within(config.timeout(), handle(webhook)))
                .onFailure()
                .recoverWithItem(fault -> {
                    LOG.warnf("The %s could not be handled: %s", webhook, described(fault));
                    return new Handled.Later(described(fault));
                })
                .chain(handled -> record(webhook, handled));
    }

    private Uni<Handled> handle(TakenWebhook webhook) {
        if (webhook.attempts() > RetryDelays.MOST_ATTEMPTS) {
            return Uni.createFrom().item(new Handled.Later("No process has finished it."));
        }
        return shops.findByDomain(webhook.shop()).chain(store -> handle(webhook, store.map(MerchantStore::id)));
    }

    private Uni<Handled> handle(TakenWebhook webhook, Optional<UUID> store) {
        WebhookHandler handler = handlers.get(webhook.topic());
        if (store.isEmpty() && !Topic.of(webhook.topic()).map(Topic::isOfTheLaw).orElse(false)) {
            return Uni.createFrom().item(new Handled.Ignored("No store has this shop."));
        } else if (handler == null) {
            // Another version of this service may know it.
            return Uni.createFrom().item(new Handled.Later("This version does not work on the topic."));
        }
        return handler.handle(webhook.of(store.orElse(null)));
    }

    private Uni<Boolean> record(TakenWebhook webhook, Handled handled) {
        return switch (handled) {
            case Handled.Done() -> counted(webhook, "done", webhooks.end(webhook, "done", null));
            case Handled.Ignored(String reason) ->
                counted(webhook, "ignored", webhooks.end(webhook, "ignored", reason));
            case Handled.Later(String reason) -> {
                Optional<Duration> delay = RetryDelays.after(webhook.attempts());
                yield counted(webhook, delay.isEmpty() ? "failed" : "later", webhooks.postpone(webhook, delay, reason));
            }
        };
    }

    private Uni<Boolean> counted(TakenWebhook webhook, String result, Uni<Boolean> recording) {
        return recording.invoke(recorded -> {
            if (recorded) {
                count(webhook.topic(), result, 1);
            }
            if (recorded && result.equals("failed")) {
                LOG.errorf("The %s has failed. An operator can replay it.", webhook);
            }
        });
    }

    private void count(String topic, String result, int more) {
        metrics.counter(
                        "wearon.shopify.webhooks.handled",
                        "topic",
                        Topic.of(topic).map(Topic::wire).orElse("other"),
                        "outcome",
                        result)
                .increment(more);
    }

    /** The kind and the place of a fault. Its message may hold a part of the body. */
    static String described(Throwable fault) {
        return fault.getClass().getSimpleName()
                + Arrays.stream(fault.getStackTrace())
                        .filter(frame -> frame.getClassName().startsWith(OURS))
                        .findFirst()
                        .map(frame -> " in " + frame.getFileName() + ":" + frame.getLineNumber())
                        .orElse("");
    }
}

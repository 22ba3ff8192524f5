package dev.wearon.gateway.access;

import dev.wearon.gateway.bounds.RequestBody;
import dev.wearon.gateway.routing.Access;
import dev.wearon.gateway.routing.Route;
import dev.wearon.gateway.routing.RoutingTable;
import dev.wearon.http.Problem;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.arc.All;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Admits webhooks with a valid signature. Reads the body for this and keeps it for the resource. */
@Singleton
@Startup
class WebhookGate {

    /**
     * Limits the bodies in memory whose sender is not verified yet. Senders repeat a refused message. Slow unknown senders
     * can use all permits until the body timeout.
     */
    static final int MAX_CONCURRENT = 32;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<String, WebhookSignature> signatures;
    private final RequestBody bodies;
    private final Counter busy;

    WebhookGate(@All List<WebhookSignature> signatures, RequestBody bodies, RoutingTable table, MeterRegistry metrics) {
        this.signatures = signatures.stream()
                .flatMap(signature -> signature.templates().stream().map(template -> Map.entry(template, signature)))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        this.bodies = bodies;
        this.busy = metrics.counter("wearon.incoming.busy");
        for (Route route : table.routes()) {
            if (route.access() == Access.WEBHOOK_SIGNATURE && !this.signatures.containsKey(route.template())) {
                throw new IllegalStateException("No WebhookSignature for " + route.template());
            }
        }
    }

    Uni<Admission> admit(RoutingContext ctx, Route route) {
        Optional<Problem> refusal = signatures.get(route.template()).refusal();
        if (refusal.isPresent()) {
            return Admission.refused(refusal.get());
        }
        ctx.addEndHandler(over -> inFlight.decrementAndGet());
        if (inFlight.incrementAndGet() > MAX_CONCURRENT) {
            busy.increment();
            return Admission.refused(
                    Problem.unavailable("Too many messages arrive at the same time. Please try again.", RETRY_AFTER));
        }
        return bodies.raw(ctx, route.bodyLimit())
                .map(body -> body.map(raw -> signed(ctx, route, raw)).orElseGet(Admission.Over::new));
    }

    private Admission signed(RoutingContext ctx, Route route, Buffer raw) {
        if (!signatures.get(route.template()).matches(ctx.request().headers(), raw.getBytes())) {
            return new Admission.Refused(
                    Problem.of(Problem.Code.INVALID_API_KEY, "A valid signature of the body is required."));
        }
        ctx.setBody(raw);
        return new Admission.Admitted(Optional.empty(), Optional.empty());
    }
}

package dev.wearon.gateway.access;

import dev.wearon.gateway.bounds.RequestBody;
import dev.wearon.gateway.routing.Access;
import dev.wearon.gateway.routing.Route;
import dev.wearon.gateway.routing.RoutingTable;
import dev.wearon.http.Problem;
import io.quarkus.arc.All;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Lets messages pass that are signed as their route requires. Their body is read for it, and kept for who takes them in. */
@ApplicationScoped
@Startup
class WebhookGate {

    /**
     * Bodies that are held at the same time, before anybody knows who sent them. Senders repeat what is refused. Slow strangers
     * can take all places for as long as a body may take to arrive.
     */
    static final int MOST_AT_ONCE = 32;

    private static final Duration SOON = Duration.ofSeconds(1);

    private final AtomicInteger underWay = new AtomicInteger();
    private final Map<String, WebhookSignature> signatures;
    private final RequestBody bodies;

    WebhookGate(@All List<WebhookSignature> signatures, RequestBody bodies, RoutingTable table) {
        this.signatures =
                signatures.stream().collect(Collectors.toMap(WebhookSignature::template, Function.identity()));
        this.bodies = bodies;
        for (Route route : table.routes()) {
            if (route.access() == Access.WEBHOOK_SIGNATURE && !this.signatures.containsKey(route.template())) {
                throw new IllegalStateException("Nobody knows how messages to " + route.template() + " are signed");
            }
        }
    }

    Uni<Admission> admit(RoutingContext ctx, Route route) {
        ctx.addEndHandler(over -> underWay.decrementAndGet());
        if (underWay.incrementAndGet() > MOST_AT_ONCE) {
            return Admission.refused(
                    Problem.unavailable("Too many messages are coming at the same time. Please try again.", SOON));
        }
        return bodies.raw(ctx, route.bodyLimit())
                .map(body -> body.map(raw -> signed(ctx, route, raw)).orElseGet(Admission.Over::new));
    }

    private Admission signed(RoutingContext ctx, Route route, Buffer raw) {
        if (!signatures.get(route.template()).fits(ctx.request().headers(), raw.getBytes())) {
            return new Admission.Refused(
                    Problem.of(Problem.Code.INVALID_API_KEY, "A signature that fits the body is required."));
        }
        ctx.setBody(raw);
        return new Admission.Admitted(Optional.empty());
    }
}

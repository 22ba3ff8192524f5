package dev.wearon.gateway.access;

import dev.wearon.gateway.shopify.Failure;
import dev.wearon.gateway.shopify.SessionToken;
import dev.wearon.gateway.shopify.SessionTokens;
import dev.wearon.http.Problem;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** Admits merchants in the Shopify admin, by a session token of Shopify. Calls nothing for it. */
@Singleton
class ShopifyGate {

    /** Of all shops together: such a request holds a connection at Shopify for seconds, and a page sends it once. */
    static final int MAX_CONCURRENT = 64;

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final SessionTokens tokens;
    private final AtomicInteger inFlight = new AtomicInteger();

    ShopifyGate(SessionTokens tokens) {
        this.tokens = tokens;
    }

    Uni<Admission> admit(RoutingContext ctx) {
        if (tokens.isOff()) {
            return Admission.refused(
                    Failure.of(Failure.Reason.OFF, "no client id").problem(""));
        }
        Optional<SessionToken> session = tokens.check(ctx.request().headers().getAll(HttpHeaders.AUTHORIZATION));
        if (session.isEmpty()) {
            return Admission.refused(Failure.of(Failure.Reason.SESSION_ENDED, "no valid session token")
                    .problem(""));
        }
        ctx.addEndHandler(over -> inFlight.decrementAndGet());
        if (inFlight.incrementAndGet() > MAX_CONCURRENT) {
            return Admission.refused(
                    Problem.unavailable("Too many shops connect at the same time. Please try again.", RETRY_AFTER));
        }
        ctx.put(Gates.SESSION, session.get());
        return Uni.createFrom().item(new Admission.Admitted(Optional.empty(), Optional.empty()));
    }
}

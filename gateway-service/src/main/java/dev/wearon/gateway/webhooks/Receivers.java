package dev.wearon.gateway.webhooks;

import dev.wearon.egress.EgressGuard;
import dev.wearon.egress.EgressGuard.Target;
import dev.wearon.http.Problem;
import dev.wearon.timing.Timers;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Vertx;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/** Checks where webhooks may be sent. */
@Singleton
class Receivers {

    private static final Duration LONGEST_LOOKUP = Duration.ofMillis(1_500);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(2);

    private final EgressGuard guard;

    Receivers(EgressGuard guard) {
        this.guard = guard;
    }

    @Produces
    @Singleton
    static EgressGuard guard(Vertx vertx, WebhooksConfig config) {
        return new EgressGuard(vertx, Set.copyOf(config.allowedHosts().orElse(List.of())));
    }

    /** Fails with a refusal if the URL is not valid, or does not lead to the public internet now. */
    Uni<Void> check(String url) {
        return switch (guard.parse(url)) {
            case EgressGuard.Refused refused -> throw refused(refused);
            // The guard reads other spellings, too, which the table does not accept.
            case Target target
            when !url.startsWith(target.tls() ? "https://" : "http://") ->
                throw Problem.invalid("url must begin with https://, in lower case.");
            case Target target ->
                Timers.within(LONGEST_LOOKUP, guard.resolve(target))
                        .onFailure(TimeoutException.class)
                        .transform(late ->
                                Problem.unavailable("The host of url could not be looked up in time.", RETRY_AFTER))
                        .invoke(resolved -> {
                            if (resolved instanceof EgressGuard.Refused refused) {
                                throw refused(refused);
                            }
                        })
                        .replaceWithVoid();
        };
    }

    private static Problem refused(EgressGuard.Refused refused) {
        return Problem.invalid("url " + refused.why() + ".");
    }
}

package dev.wearon.gateway.forwarding;

import dev.wearon.gateway.bounds.OnContext;
import dev.wearon.gateway.bounds.RequestBody;
import dev.wearon.gateway.bounds.StoreRequests;
import dev.wearon.gateway.bounds.StoreStreams;
import dev.wearon.gateway.envelope.Envelope;
import dev.wearon.gateway.envelope.Responses;
import dev.wearon.gateway.envelope.UpstreamRefusal;
import dev.wearon.gateway.forwarding.UpstreamCall.Answer;
import dev.wearon.gateway.routing.Route;
import dev.wearon.gateway.shoppers.TokenCreate;
import dev.wearon.http.Problem;
import dev.wearon.identity.Identities;
import dev.wearon.identity.Principal;
import dev.wearon.jobs.WarmUp;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Calls a service with a signed identity and puts its JSON into the envelope. */
@Singleton
public class EnvelopeCalls implements WarmUp {

    private static final Logger LOG = Logger.getLogger(EnvelopeCalls.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Uni<Void> DONE = Uni.createFrom().voidItem();

    private static final String UNAVAILABLE = "The service is not available. Please try again.";
    private static final String NOT_COUNTED = "The shopper token cannot be counted now. Please try again.";
    private static final String CREATE_UNANSWERED =
            "There was no answer in time, so it is not known yet whether the try-on was created. If it was not, its"
                    + " credit is given back.";

    private final Identities identities;
    private final StoreRequests permits;
    private final StoreStreams streams;
    private final Upstreams upstreams;
    private final RequestBody bodies;
    private final long responseLimit;

    EnvelopeCalls(
            Identities identities,
            StoreRequests permits,
            StoreStreams streams,
            Upstreams upstreams,
            RequestBody bodies,
            ForwardingConfig config) {
        this.identities = identities;
        this.permits = permits;
        this.streams = streams;
        this.upstreams = upstreams;
        this.bodies = bodies;
        this.responseLimit = config.responseLimit();
    }

    /** Signs an identity. */
    @Override
    public Uni<?> warmUp() {
        return Uni.createFrom().item(identities::asService);
    }

    /**
     * Must be called on the request's context, with the request paused or in its first tick.
     *
     * @param create takes its slot of a shopper token before it is forwarded, and gives it back if it is refused or never sent
     */
    public Uni<Void> serve(RoutingContext ctx, Route route, Principal caller, Optional<TokenCreate> create) {
        String identity = identities.of(caller);
        return bodies.json(ctx, route)
                .chain(body -> body.map(whole -> create.map(counted -> count(ctx, route, identity, counted, whole))
                                .orElseGet(() -> forward(ctx, route, identity, create, whole)))
                        .orElse(DONE));
    }

    private Uni<Void> count(RoutingContext ctx, Route route, String identity, TokenCreate create, Buffer body) {
        return OnContext.back(create.take()).onItemOrFailure().transformToUni((refusal, fault) -> {
            if (fault != null) {
                LOG.errorf("A create of a shopper token could not be counted: %s", fault);
                Responses.refuse(ctx, Problem.unavailable(NOT_COUNTED, RETRY_AFTER));
                return DONE;
            } else if (refusal.isPresent()) {
                Responses.refuse(ctx, refusal.get());
                return DONE;
            }
            return forward(ctx, route, identity, Optional.of(create), body);
        });
    }

    private Uni<Void> forward(
            RoutingContext ctx, Route route, String identity, Optional<TokenCreate> create, Buffer body) {
        return upstreams.open(route, ctx.request()).onItemOrFailure().transformToUni((call, fault) -> {
            if (fault != null) {
                return notSent(create).invoke(() -> unavailable(ctx, route, fault, UNAVAILABLE));
            }
            return send(ctx, route, identity, create, call, body);
        });
    }

    private Uni<Void> send(
            RoutingContext ctx,
            Route route,
            String identity,
            Optional<TokenCreate> create,
            UpstreamCall call,
            Buffer body) {
        if (Responses.isOver(ctx)) {
            // The client has disconnected, and nothing was sent yet.
            call.abandon();
            return notSent(create);
        }
        ForwardedHeaders.toService(ctx.request().headers(), call.headers());
        call.headers().set(HttpHeaders.AUTHORIZATION, identity);
        if (body.length() > 0) {
            call.headers().set(HttpHeaders.CONTENT_TYPE, "application/json");
        }
        Runnable over = permits.keep(ctx);
        Runnable waited = streams.keep(ctx);
        return upstreams
                .inTime(route, call.ask(body, responseLimit))
                .onItemOrFailure()
                .transformToUni((answer, fault) -> {
                    over.run();
                    waited.run();
                    if (fault == null) {
                        return answer(ctx, route, create, answer);
                    }
                    call.abandon();
                    unavailable(ctx, route, fault, unanswered(route));
                    return DONE;
                });
    }

    private static Uni<Void> answer(RoutingContext ctx, Route route, Optional<TokenCreate> create, Answer answer) {
        if (isSuccess(answer) && !isJson(answer)) {
            unavailable(ctx, route, new IllegalStateException("The success body is not JSON"), unanswered(route));
            return DONE;
        }
        ForwardedHeaders.withEnvelope(answer.headers(), ctx.response().headers());
        if (isSuccess(answer)) {
            // The envelope is a body, so 204 and 205 become 200.
            int status = answer.status() == 204 || answer.status() == 205 ? 200 : answer.status();
            Responses.json(ctx, status, Envelope.around(answer.body()));
            return DONE;
        }
        return refused(ctx, route, create, answer);
    }

    private static boolean isSuccess(Answer answer) {
        return answer.status() >= 200 && answer.status() < 300;
    }

    private static boolean isJson(Answer answer) {
        String type = answer.headers().get(HttpHeaders.CONTENT_TYPE);
        return answer.body().length() == 0 || (type != null && type.startsWith("application/json"));
    }

    private static Uni<Void> refused(RoutingContext ctx, Route route, Optional<TokenCreate> create, Answer answer) {
        Problem problem = UpstreamRefusal.of(answer.status(), answer.body());
        if (problem.code().status() >= 500) {
            LOG.errorf(
                    "%s responded with %d to %s, forwarded as %s",
                    route.service(), answer.status(), route.template(), problem.code());
        }
        return givenBack(create.map(counted -> counted.refused(problem))).invoke(() -> Responses.refuse(ctx, problem));
    }

    private static Uni<Void> notSent(Optional<TokenCreate> create) {
        return givenBack(create.map(TokenCreate::notSent));
    }

    /** Must complete before the answer, because the caller may send the next create at once. Never fails. */
    private static Uni<Void> givenBack(Optional<Uni<Void>> slot) {
        return slot.map(OnContext::back)
                .orElse(DONE)
                .onFailure()
                .invoke(fault -> LOG.warnf("The slot of a create without effect stays taken: %s", fault))
                .onFailure()
                .recoverWithNull();
    }

    /** An unanswered call may have had an effect. This matters only for a create; other calls can simply be repeated. */
    private static String unanswered(Route route) {
        return route.is(Route.Flag.CREATE) ? CREATE_UNANSWERED : UNAVAILABLE;
    }

    private static void unavailable(RoutingContext ctx, Route route, Throwable cause, String message) {
        if (!(cause instanceof Breaker.Open)) {
            LOG.errorf("No usable response of %s to %s: %s", route.service(), route.template(), cause);
        }
        Responses.refuse(ctx, Problem.unavailable(message, RETRY_AFTER));
    }
}

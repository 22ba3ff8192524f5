package dev.wearon.gateway.forwarding;

import dev.wearon.gateway.bounds.StoreStreams;
import dev.wearon.gateway.envelope.Answers;
import dev.wearon.gateway.envelope.UpstreamRefusal;
import dev.wearon.gateway.routing.Route;
import dev.wearon.http.Problem;
import dev.wearon.identity.Identities;
import dev.wearon.identity.Principal;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Passes a service's event stream on, for as long as both sides last and the caller would still be let in. There is no limit
 * of its time, but a stream on which its service sends nothing for a while is cut, so services send heartbeats. A stream
 * never ends halfway as if it were whole: its connection is closed, and the client comes again.
 */
@ApplicationScoped
public class EventStreams {

    private static final Logger LOG = Logger.getLogger(EventStreams.class);
    private static final Duration SOON = Duration.ofSeconds(1);
    private static final Uni<Void> DONE = Uni.createFrom().voidItem();
    private static final String AWAY = "The service is not available. Please try again.";
    private static final String TYPE = "text/event-stream";

    private static final String SHUTDOWN = "The gateway shuts down";

    /** How often a stream asks whether its caller would still be let in. */
    private static final long LOOK_MS = 1_000;

    private final Identities identities;
    private final StoreStreams permits;
    private final Upstreams upstreams;
    private final Set<Stream> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    EventStreams(Identities identities, StoreStreams permits, Upstreams upstreams) {
        this.identities = identities;
        this.permits = permits;
        this.upstreams = upstreams;
    }

    /**
     * Must be called on the request's context.
     *
     * @param stands whether the caller would still be let in; answers on that context
     */
    public Uni<Void> serve(RoutingContext ctx, Route route, Principal caller, Supplier<Uni<Boolean>> stands) {
        if (closing) {
            Answers.refuse(ctx, Problem.unavailable(AWAY, SOON));
            return DONE;
        }
        if (ctx.request().headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            // It would be read, and might never end.
            Answers.refuse(ctx, Problem.invalid("An event stream takes no body."));
            return DONE;
        }
        String identity = identities.of(caller);
        return upstreams.open(route, ctx.request()).onItemOrFailure().transformToUni((call, fault) -> {
            if (fault != null) {
                unavailable(ctx, route, fault);
                return DONE;
            } else if (Answers.isOver(ctx)) {
                call.abandon();
                return DONE;
            }
            PassedHeaders.toEvents(ctx.request().headers(), call.headers());
            call.headers().set(HttpHeaders.ACCEPT, TYPE).set(HttpHeaders.AUTHORIZATION, identity);
            return ask(ctx, route, call, stands);
        });
    }

    private Uni<Void> ask(RoutingContext ctx, Route route, UpstreamCall call, Supplier<Uni<Boolean>> stands) {
        // A client that leaves is noticed whatever its service is doing just then.
        ctx.addEndHandler(over -> call.abandon());
        ctx.request().resume();
        return upstreams
                .inTime(route, call.send(Buffer.buffer()))
                .onItemOrFailure()
                .transformToUni((response, fault) -> {
                    if (fault != null) {
                        call.abandon();
                        unavailable(ctx, route, fault);
                        return DONE;
                    } else if (response.statusCode() >= 300) {
                        return refused(ctx, route, response);
                    } else if (!isEventStream(response)) {
                        call.abandon();
                        unavailable(ctx, route, new IllegalStateException("The answer is no event stream"));
                        return DONE;
                    }
                    return new Stream(ctx, route, call).pass(response, stands);
                });
    }

    private static boolean isEventStream(HttpClientResponse response) {
        String type = response.getHeader(HttpHeaders.CONTENT_TYPE);
        return response.statusCode() == 200 && type != null && type.startsWith(TYPE);
    }

    private Uni<Void> refused(RoutingContext ctx, Route route, HttpClientResponse response) {
        return Upstreams.refusal(route, response)
                .invoke(body -> {
                    permits.release(ctx);
                    Problem problem = UpstreamRefusal.of(response.statusCode(), body);
                    if (problem.code().status() >= 500) {
                        LOG.errorf("%s answered %d to %s", route.service(), response.statusCode(), route.template());
                    }
                    Answers.refuse(ctx, problem);
                })
                .replaceWithVoid();
    }

    /** All of them, at once: a process that shuts down waits for what is under way, and these would never end. */
    void end(@Observes ShutdownDelayInitiatedEvent shutdown) {
        closing = true;
        open.forEach(Stream::endSoon);
    }

    private static void unavailable(RoutingContext ctx, Route route, Throwable cause) {
        if (Answers.isOver(ctx)) {
            return;
        }
        if (!(cause instanceof Breaker.Open)) {
            LOG.errorf("No event stream of %s to %s: %s", route.service(), route.template(), cause);
        }
        Answers.refuse(ctx, Problem.unavailable(AWAY, SOON));
    }

    /** One that has begun. Everything but {@link #endSoon} runs on the request's context. */
    private final class Stream {

        private final RoutingContext ctx;
        private final Route route;
        private final UpstreamCall call;
        private final Context own = Vertx.currentContext();
        private boolean asking;
        private boolean cut;

        Stream(RoutingContext ctx, Route route, UpstreamCall call) {
            this.ctx = ctx;
            this.route = route;
            this.call = call;
        }

        Uni<Void> pass(HttpClientResponse response, Supplier<Uni<Boolean>> stands) {
            long look = ctx.vertx().setPeriodic(LOOK_MS, now -> look(stands));
            ctx.addEndHandler(over -> {
                ctx.vertx().cancelTimer(look);
                open.remove(this);
            });
            open.add(this);
            if (closing) {
                // It may have been added too late to be ended.
                cut(SHUTDOWN);
                return DONE;
            }
            ctx.response()
                    .setChunked(true)
                    .putHeader(HttpHeaders.CONTENT_TYPE, TYPE)
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                    // Proxies on the way would else collect events until a buffer is full.
                    .putHeader("X-Accel-Buffering", "no")
                    // The head goes ahead of the first event, which may be long in coming.
                    .write(Buffer.buffer());
            return UpstreamCall.pipe(response, ctx.response()).onItemOrFailure().transform((whole, cause) -> {
                if (cause != null && !cut && !Answers.isOver(ctx)) {
                    cut(cause);
                }
                return null;
            });
        }

        private void look(Supplier<Uni<Boolean>> stands) {
            if (!asking) {
                asking = true;
                stands.get()
                        .subscribe()
                        .with(
                                still -> {
                                    asking = false;
                                    if (!still) {
                                        cut("Its caller would not be let in any more");
                                    }
                                },
                                this::cut);
            }
        }

        void endSoon() {
            own.runOnContext(now -> cut(SHUTDOWN));
        }

        private void cut(Object why) {
            cut = true;
            LOG.infof("An event stream of %s on %s was cut: %s", route.service(), route.template(), why);
            call.abandon();
            ctx.request().connection().close();
        }
    }
}

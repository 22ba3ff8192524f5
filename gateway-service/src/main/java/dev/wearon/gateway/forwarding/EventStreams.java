package dev.wearon.gateway.forwarding;

import dev.wearon.gateway.bounds.StoreStreams;
import dev.wearon.gateway.envelope.Responses;
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
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Forwards the event stream of a service, while both sides are connected and the caller still has access. A stream has no
 * maximum duration. But it is cut if the service sends nothing for a while, so services send heartbeats. A stream that breaks
 * off closes the connection, so that it does not look complete; the client reconnects.
 */
@Singleton
public class EventStreams {

    private static final Logger LOG = Logger.getLogger(EventStreams.class);
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final Uni<Void> DONE = Uni.createFrom().voidItem();
    private static final String UNAVAILABLE = "The service is not available. Please try again.";
    private static final String TYPE = "text/event-stream";

    /** The client has seen the last event of what it asks for. */
    private static final int NO_CONTENT = 204;

    private static final String SHUTDOWN = "The gateway shuts down";

    /** The interval at which a stream checks whether its caller still has access. */
    private static final long ACCESS_CHECK_MS = 1_000;

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
     * @param isStillAdmitted whether the caller still has access; completes on that context
     */
    public Uni<Void> serve(RoutingContext ctx, Route route, Principal caller, Supplier<Uni<Boolean>> isStillAdmitted) {
        if (closing) {
            Responses.refuse(ctx, Problem.unavailable(UNAVAILABLE, RETRY_AFTER));
            return DONE;
        }
        if (ctx.request().headers().contains(HttpHeaders.TRANSFER_ENCODING)) {
            // The body would be read, and might never end.
            Responses.refuse(ctx, Problem.invalid("A request for an event stream must have no body."));
            return DONE;
        }
        String identity = identities.of(caller);
        return upstreams.open(route, ctx.request()).onItemOrFailure().transformToUni((call, fault) -> {
            if (fault != null) {
                unavailable(ctx, route, fault);
                return DONE;
            } else if (Responses.isOver(ctx)) {
                call.abandon();
                return DONE;
            }
            ForwardedHeaders.toEvents(ctx.request().headers(), call.headers());
            call.headers().set(HttpHeaders.ACCEPT, TYPE).set(HttpHeaders.AUTHORIZATION, identity);
            return ask(ctx, route, call, isStillAdmitted);
        });
    }

    private Uni<Void> ask(RoutingContext ctx, Route route, UpstreamCall call, Supplier<Uni<Boolean>> isStillAdmitted) {
        // A disconnected client ends the call, whatever the service is doing.
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
                    } else if (Responses.isOver(ctx)) {
                        // The client has disconnected, which has ended the call. The checks of access would not end.
                        return DONE;
                    } else if (response.statusCode() >= 300) {
                        return refused(ctx, route, response);
                    } else if (response.statusCode() == NO_CONTENT) {
                        // Tells the client not to connect again.
                        ctx.response().setStatusCode(NO_CONTENT).end();
                        return DONE;
                    } else if (!isEventStream(response)) {
                        call.abandon();
                        unavailable(ctx, route, new IllegalStateException("The response is not an event stream"));
                        return DONE;
                    }
                    return new Stream(ctx, route, call).pass(response, isStillAdmitted);
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
                    String retryAfter = response.getHeader(HttpHeaders.RETRY_AFTER);
                    if (retryAfter != null) {
                        ctx.response().putHeader(HttpHeaders.RETRY_AFTER, retryAfter);
                    }
                    Problem problem = UpstreamRefusal.of(response.statusCode(), body);
                    if (problem.code().status() >= 500) {
                        LOG.errorf(
                                "%s responded with %d to %s", route.service(), response.statusCode(), route.template());
                    }
                    Responses.refuse(ctx, problem);
                })
                .replaceWithVoid();
    }

    /** Cuts all streams: a shutdown waits for running requests, and these would never end. */
    void end(@Observes ShutdownDelayInitiatedEvent shutdown) {
        closing = true;
        open.forEach(Stream::cutOnContext);
    }

    private static void unavailable(RoutingContext ctx, Route route, Throwable cause) {
        if (Responses.isOver(ctx)) {
            return;
        }
        if (!(cause instanceof Breaker.Open)) {
            LOG.errorf("No event stream of %s for %s: %s", route.service(), route.template(), cause);
        }
        Responses.refuse(ctx, Problem.unavailable(UNAVAILABLE, RETRY_AFTER));
    }

    /** A stream that has started. All methods except {@link #cutOnContext} run on the request's context. */
    private final class Stream {

        private final RoutingContext ctx;
        private final Route route;
        private final UpstreamCall call;
        private final Context own = Vertx.currentContext();
        private boolean checking;
        private boolean cut;

        Stream(RoutingContext ctx, Route route, UpstreamCall call) {
            this.ctx = ctx;
            this.route = route;
            this.call = call;
        }

        Uni<Void> pass(HttpClientResponse response, Supplier<Uni<Boolean>> isStillAdmitted) {
            long checks = ctx.vertx().setPeriodic(ACCESS_CHECK_MS, now -> checkAccess(isStillAdmitted));
            ctx.addEndHandler(over -> {
                ctx.vertx().cancelTimer(checks);
                open.remove(this);
            });
            open.add(this);
            if (closing) {
                // The shutdown may have run before the stream was added.
                cut(SHUTDOWN);
                return DONE;
            }
            ctx.response()
                    .setChunked(true)
                    .putHeader(HttpHeaders.CONTENT_TYPE, TYPE)
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store, no-transform")
                    // Proxies would otherwise buffer or compress the events.
                    .putHeader("X-Accel-Buffering", "no")
                    // Sends the head at once: the first event may take long.
                    .write(Buffer.buffer());
            return UpstreamCall.pipe(response, ctx.response()).onItemOrFailure().transform((whole, cause) -> {
                if (cause != null && !cut && !Responses.isOver(ctx)) {
                    cut(cause);
                }
                return null;
            });
        }

        private void checkAccess(Supplier<Uni<Boolean>> isStillAdmitted) {
            if (!checking) {
                checking = true;
                isStillAdmitted
                        .get()
                        .subscribe()
                        .with(
                                still -> {
                                    checking = false;
                                    if (!still) {
                                        cut("Its caller has no access any more");
                                    }
                                },
                                this::cut);
            }
        }

        void cutOnContext() {
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

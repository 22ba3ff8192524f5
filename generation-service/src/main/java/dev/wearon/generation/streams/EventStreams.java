package dev.wearon.generation.streams;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.http.Problem;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jboss.logging.Logger;

/**
 * Sends event streams. A stream begins after the first read of its source, so a refusal is an ordinary response. It ends with its
 * source, after its longest time, when the client disconnects, and first of all when the process is about to end.
 */
@Singleton
public class EventStreams {

    private static final Logger LOG = Logger.getLogger(EventStreams.class);
    private static final int NO_CONTENT = 204;

    /** Clients whose streams end at the same time connect again within this time, and not all at once. */
    private static final int RETRY_MS = 2_000;

    private static final int RETRY_SPREAD_MS = 1_000;

    private static final String HEARTBEAT = ":\n\n";
    private static final Duration RETRY_AFTER = Duration.ofSeconds(5);

    private final Places places;
    private final StreamsConfig config;
    private final ObjectMapper json;
    private final Set<Stream> open = ConcurrentHashMap.newKeySet();

    /** So that a fault of the database is logged once, and not by each stream. */
    private final AtomicBoolean failing = new AtomicBoolean();

    private volatile boolean closing;

    EventStreams(Places places, StreamsConfig config, ObjectMapper json) {
        this.places = places;
        this.config = config;
        this.json = json;
    }

    /** Must be called in the first tick of the request. Completes when the response has ended, and fails with a refusal. */
    public Uni<Void> serve(RoutingContext ctx, EventSource source) {
        if (closing) {
            throw Problem.unavailable("This instance is about to end; connect again.", RETRY_AFTER);
        }
        if (!places.take()) {
            throw Problem.rateLimited("Too many event streams are open. Read the try-on instead.", RETRY_AFTER);
        }
        ctx.request().resume();
        return Uni.createFrom().emitter(done -> new Stream(ctx, source, done).open());
    }

    /** A shutdown waits for running requests. The clients connect again to another instance. */
    void endAll(@Observes ShutdownDelayInitiatedEvent shutdown) {
        closing = true;
        open.forEach(Stream::endOnContext);
    }

    /** All methods except {@link #changed} and {@link #endOnContext} run on the context of the request. */
    private final class Stream {

        private final RoutingContext ctx;
        private final HttpServerResponse response;
        private final EventSource source;
        private final UniEmitter<? super Void> done;
        private final Context own = Vertx.currentContext();
        private final AtomicBoolean told = new AtomicBoolean();

        private Cancellable listening;
        private long heartbeat;
        private long end;

        private boolean over;
        private boolean reading;
        private boolean unread;

        /** At first, at a heartbeat and after a failure. */
        private boolean everything = true;

        Stream(RoutingContext ctx, EventSource source, UniEmitter<? super Void> done) {
            this.ctx = ctx;
            this.response = ctx.response();
            this.source = source;
            this.done = done;
        }

        void open() {
            Vertx vertx = own.owner();
            ctx.addEndHandler(ended -> over());
            heartbeat = vertx.setPeriodic(config.heartbeat().toMillis(), now -> beat());
            end = vertx.setTimer(config.longest().toMillis(), now -> end());
            listening = source.listen(this::changed);
            open.add(this);
            if (closing) {
                // The shutdown may have come before the stream was added.
                refuse(Problem.unavailable("This instance is about to end; connect again.", RETRY_AFTER));
                return;
            }
            read();
        }

        /** Many changes at the same time are one task. */
        private void changed() {
            if (told.compareAndSet(false, true)) {
                own.runOnContext(now -> {
                    told.set(false);
                    read();
                });
            }
        }

        private void beat() {
            if (response.headWritten() && !response.writeQueueFull()) {
                response.write(HEARTBEAT);
            }
            everything = true;
            read();
        }

        private void read() {
            unread = true;
            if (reading || over) {
                return;
            }
            if (response.writeQueueFull()) {
                // A slow client gets only the newest state of what it has missed.
                response.drainHandler(written -> read());
                return;
            }
            boolean all = everything;
            reading = true;
            unread = false;
            everything = false;
            source.read(all)
                    .emitOn(command -> own.runOnContext(now -> command.run()))
                    .subscribe()
                    .with(this::write, this::failed);
        }

        private void write(EventSource.News news) {
            reading = false;
            failing.set(false);
            if (over) {
                return;
            }
            if (!response.headWritten()) {
                if (news.last() && news.events().isEmpty()) {
                    response.setStatusCode(NO_CONTENT).end();
                    return;
                }
                begin();
            }
            try {
                StringBuilder text = new StringBuilder();
                for (Event event : news.events()) {
                    event.id().ifPresent(id -> text.append("id: ").append(id).append('\n'));
                    text.append("event: ").append(event.name()).append('\n');
                    text.append("data: ")
                            .append(json.writeValueAsString(event.data()))
                            .append("\n\n");
                }
                if (!text.isEmpty()) {
                    response.write(text.toString());
                }
            } catch (JsonProcessingException unwritable) {
                refuse(unwritable);
                return;
            }
            if (news.last()) {
                end();
            } else if (unread) {
                read();
            }
        }

        private void begin() {
            response.setChunked(true)
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/event-stream")
                    .putHeader(HttpHeaders.CACHE_CONTROL, "no-store, no-transform")
                    .putHeader("X-Accel-Buffering", "no")
                    .write("retry: " + (RETRY_MS + ThreadLocalRandom.current().nextInt(RETRY_SPREAD_MS)) + "\n\n");
        }

        /** A stream that has begun reads again at the next heartbeat or change. */
        private void failed(Throwable fault) {
            reading = false;
            everything = true;
            if (over) {
                return;
            }
            if (!response.headWritten()) {
                refuse(fault);
            } else if (failing.compareAndSet(false, true)) {
                LOG.warnf("The rows of event streams cannot be read: %s", fault);
            }
        }

        void endOnContext() {
            own.runOnContext(now -> end());
        }

        private void end() {
            if (over) {
                return;
            }
            if (response.headWritten()) {
                response.end();
            } else {
                refuse(Problem.unavailable("The try-on could not be read in time; connect again.", RETRY_AFTER));
            }
        }

        private void refuse(Throwable fault) {
            close();
            done.fail(fault);
        }

        private void over() {
            close();
            done.complete(null);
        }

        private void close() {
            if (!over) {
                over = true;
                own.owner().cancelTimer(heartbeat);
                own.owner().cancelTimer(end);
                listening.cancel();
                open.remove(this);
                places.leave();
            }
        }
    }
}

package dev.wearon.generation.streams;

import dev.wearon.generation.changes.Listeners;
import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.sessions.Session;
import dev.wearon.generation.sessions.Sessions;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/** Lets requests wait for the end of a session. Each takes a place like a stream, and is told of changes like one. */
@Singleton
public class Waits {

    private static final Logger LOG = Logger.getLogger(Waits.class);

    private final Places places;
    private final StreamsConfig config;
    private final Sessions sessions;
    private final Listeners listeners;
    private final Set<Wait> open = ConcurrentHashMap.newKeySet();
    private volatile boolean closing;

    Waits(Places places, StreamsConfig config, Sessions sessions, Listeners listeners) {
        this.places = places;
        this.config = config;
        this.sessions = sessions;
        this.listeners = listeners;
    }

    /**
     * Completes when the session has ended, after the limit, or when the process is about to end. Never fails. Must be called on
     * the context of the request.
     *
     * @return false at once if no place is free: the caller responds without a wait
     */
    public Uni<Boolean> untilEnded(Owner owner, UUID id, Duration limit) {
        if (closing || !limit.isPositive() || !places.take()) {
            return Uni.createFrom().item(false);
        }
        return Uni.createFrom().emitter(done -> new Wait(owner, id, done).begin(limit));
    }

    void endAll(@Observes ShutdownDelayInitiatedEvent shutdown) {
        closing = true;
        open.forEach(wait -> wait.own.runOnContext(now -> wait.end()));
    }

    /** Runs on the context of the request. */
    private final class Wait {

        private final Owner owner;
        private final UUID id;
        private final UniEmitter<? super Boolean> done;
        private final Context own = Vertx.currentContext();

        private Cancellable listening;
        private long heartbeat;
        private long end;
        private boolean reading;
        private boolean unread;
        private boolean over;

        Wait(Owner owner, UUID id, UniEmitter<? super Boolean> done) {
            this.owner = owner;
            this.id = id;
            this.done = done;
        }

        void begin(Duration limit) {
            heartbeat = own.owner().setPeriodic(config.heartbeat().toMillis(), now -> read());
            end = own.owner().setTimer(limit.toMillis() + 1, now -> end());
            listening = listeners.toSession(owner, id, Listeners.Listener.of(() -> own.runOnContext(now -> read())));
            open.add(this);
            if (closing) {
                end();
            } else {
                read();
            }
        }

        private void read() {
            unread = true;
            if (reading || over) {
                return;
            }
            unread = false;
            reading = true;
            sessions.findTogether(id, owner)
                    .emitOn(command -> own.runOnContext(now -> command.run()))
                    .subscribe()
                    .with(this::found, this::failed);
        }

        private void found(Optional<Session> session) {
            reading = false;
            if (session.map(Session::ended).orElse(true)) {
                end();
            } else if (unread) {
                read();
            }
        }

        /** It is read again at the next change or heartbeat. */
        private void failed(Throwable fault) {
            reading = false;
            LOG.debugf("Session %s, for whose end a request waits, cannot be read: %s", id, fault);
        }

        private void end() {
            if (!over) {
                over = true;
                own.owner().cancelTimer(heartbeat);
                own.owner().cancelTimer(end);
                listening.cancel();
                open.remove(this);
                places.leave();
                done.complete(true);
            }
        }
    }
}

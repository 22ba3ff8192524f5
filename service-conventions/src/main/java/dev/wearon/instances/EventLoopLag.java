package dev.wearon.instances;

import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Vertx;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Measures how late an event loop is: work that blocks it, or too little processor time. */
@Singleton
class EventLoopLag {

    private static final long EVERY_MS = 250;

    private final Vertx vertx;
    private final AtomicLong latest = new AtomicLong();

    EventLoopLag(Vertx vertx) {
        this.vertx = vertx;
    }

    void start(@Observes StartupEvent event) {
        vertx.runOnContext(begin -> next());
    }

    private void next() {
        long due = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(EVERY_MS);
        vertx.setTimer(EVERY_MS, fired -> {
            latest.accumulateAndGet(System.nanoTime() - due, Math::max);
            next();
        });
    }

    /** The longest lag since the last call. */
    Duration take() {
        return Duration.ofNanos(latest.getAndSet(0));
    }
}

package dev.wearon.generation.streams;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.concurrent.atomic.AtomicInteger;

/** The places of open responses at this instance. The gateway limits those of a store. */
@Singleton
final class Places {

    private final int all;
    private final AtomicInteger taken = new AtomicInteger();

    Places(StreamsConfig config, MeterRegistry metrics) {
        this.all = config.places();
        Gauge.builder("wearon.streams.open", taken, AtomicInteger::get)
                .description("Open event streams and waiting requests at this instance")
                .register(metrics);
    }

    /** @return false if no place is free */
    boolean take() {
        return taken.getAndUpdate(now -> now < all ? now + 1 : now) < all;
    }

    void leave() {
        taken.decrementAndGet();
    }
}

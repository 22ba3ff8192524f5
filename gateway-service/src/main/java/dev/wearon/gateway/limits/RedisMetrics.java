package dev.wearon.gateway.limits;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import jakarta.inject.Singleton;

/**
 * Leaves of the Redis client's metrics those that add up. Each event loop has a client of its own; of a gauge only the
 * first one's would be shown, as if it stood for all.
 */
@Singleton
class RedisMetrics implements MeterFilter {

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        return id.getType() == Meter.Type.GAUGE && id.getName().startsWith("redis.")
                ? MeterFilterReply.DENY
                : MeterFilterReply.NEUTRAL;
    }
}

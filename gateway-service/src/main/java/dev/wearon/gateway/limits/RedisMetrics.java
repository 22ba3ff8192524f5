package dev.wearon.gateway.limits;

import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import jakarta.inject.Singleton;

/** Removes the gauges of the Redis client. Each event loop has its own client, and a gauge would show only the first one. */
@Singleton
class RedisMetrics implements MeterFilter {

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        return id.getType() == Meter.Type.GAUGE && id.getName().startsWith("redis.")
                ? MeterFilterReply.DENY
                : MeterFilterReply.NEUTRAL;
    }
}

package dev.wearon.gateway.deliveries;

import dev.wearon.egress.EgressClient;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.config.MeterFilterReply;
import jakarta.inject.Singleton;

/** Removes the HTTP metrics of deliveries: their labels would contain the receiver's address and path, which may be a secret. */
@Singleton
class ReceiverMetrics implements MeterFilter {

    @Override
    public MeterFilterReply accept(Meter.Id id) {
        return id.getName().startsWith("http.client") && EgressClient.METRICS_NAME.equals(id.getTag("clientName"))
                ? MeterFilterReply.DENY
                : MeterFilterReply.NEUTRAL;
    }
}

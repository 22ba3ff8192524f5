package dev.wearon.client;

import dev.wearon.client.model.StoreAnalytics;
import dev.wearon.client.model.StoreConfig;
import dev.wearon.client.model.StoreConfigWithDisclosure;
import dev.wearon.client.transport.Call;
import dev.wearon.client.transport.Transport;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;

/** Configuration and figures of the store. */
public final class Store {

    private static final String CONFIG = "/api/v1/stores/config";

    private final Transport transport;

    Store(Transport transport) {
        this.transport = transport;
    }

    public StoreConfigWithDisclosure config() {
        return transport.call(Call.get(CONFIG)).data(StoreConfigWithDisclosure.class);
    }

    /**
     * Chooses who pays.
     *
     * @param billingMode {@code absorb_mode}: the store; {@code resell_mode}: its shoppers
     * @param retailCreditPrice of one credit for a shopper; null in {@code absorb_mode}
     */
    public StoreConfig changeConfig(String billingMode, BigDecimal retailCreditPrice) {
        Map<String, Object> body = new HashMap<>(Map.of("billing_mode", billingMode));
        if (retailCreditPrice != null) {
            body.put("retail_credit_price", retailCreditPrice);
        }
        return transport.call(Call.patch(CONFIG, body)).data(StoreConfig.class);
    }

    /** The figures of all try-ons. */
    public StoreAnalytics analytics() {
        return figures(null, null);
    }

    /** The figures of whole days in UTC. Null leaves the period open at that end. */
    public StoreAnalytics analytics(LocalDate start, LocalDate end) {
        return figures(start, end);
    }

    /** The figures of a period. Null leaves it open at that end. */
    public StoreAnalytics analytics(Instant start, Instant end) {
        return figures(start, end);
    }

    private StoreAnalytics figures(Object start, Object end) {
        return transport
                .call(Call.get("/api/v1/stores/analytics")
                        .query("start_date", start)
                        .query("end_date", end))
                .data(StoreAnalytics.class);
    }
}

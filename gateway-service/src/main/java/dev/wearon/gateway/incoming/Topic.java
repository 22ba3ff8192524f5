package dev.wearon.gateway.incoming;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The topics of Shopify that this service works on. */
enum Topic {
    ORDERS_CREATE("orders/create", "orders"),
    ORDERS_PAID("orders/paid", "orders"),
    ORDERS_UPDATED("orders/updated", "orders"),
    ORDERS_CANCELLED("orders/cancelled", "orders"),
    ORDERS_EDITED("orders/edited", "orders"),
    REFUNDS_CREATE("refunds/create", "refunds"),
    APP_UNINSTALLED("app/uninstalled", "app"),
    CUSTOMERS_DATA_REQUEST("customers/data_request", Topic.COMPLIANCE),
    CUSTOMERS_REDACT("customers/redact", Topic.COMPLIANCE),
    SHOP_REDACT("shop/redact", Topic.COMPLIANCE);

    /** The routes. */
    static final String PATH = "/api/v1/webhooks/shopify/";

    private static final String COMPLIANCE = "compliance";

    private static final Map<String, Topic> BY_WIRE =
            Arrays.stream(values()).collect(Collectors.toMap(Topic::wire, Function.identity()));

    private final String wire;
    private final String group;

    Topic(String wire, String group) {
        this.wire = wire;
        this.group = group;
    }

    /** @return empty if it is none of these */
    static Optional<Topic> of(String wire) {
        return Optional.ofNullable(BY_WIRE.get(wire));
    }

    /** The name at Shopify, and in the table and the metrics. */
    String wire() {
        return wire;
    }

    /** The last segment of its route. */
    String group() {
        return group;
    }

    /** The privacy law wants an answer for shops that have no store, too. */
    boolean isOfTheLaw() {
        return group.equals(COMPLIANCE);
    }
}

package dev.wearon.credits.purchases;

import dev.wearon.credits.Calls;
import dev.wearon.testkit.TestIdentities;
import io.restassured.response.Response;
import java.util.Map;
import java.util.UUID;

/** Sends the gateway's call after a shopper has paid. */
final class Orders {

    private Orders() {}

    static Response buy(UUID storeId, String email, String orderId, int credits) {
        return send(
                storeId,
                Map.of(
                        "shopper_email", email,
                        "order_id", orderId,
                        "credits", credits,
                        "amount_paid", 4.5,
                        "request_id", "req_" + orderId));
    }

    static Response send(UUID storeId, Object body) {
        return Calls.as(TestIdentities.service("gateway"))
                .body(body)
                .post("/internal/v1/stores/{store}/purchases", storeId);
    }
}

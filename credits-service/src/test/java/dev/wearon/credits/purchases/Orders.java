package dev.wearon.credits.purchases;

import dev.wearon.credits.Calls;
import dev.wearon.testkit.TestIdentities;
import io.restassured.response.Response;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Sends the gateway's call after a shopper has paid. */
public final class Orders {

    private Orders() {}

    public static Response buy(UUID storeId, String email, String orderId, int credits) {
        return report(storeId, orderId, credits, Map.of("shopper_email", email));
    }

    /** Tells that so many of the credits were given back, by a call that does not know the shopper. */
    public static Response giveBack(UUID storeId, String orderId, int credits, int returned) {
        return report(storeId, orderId, credits, Map.of("returned", returned));
    }

    /** @param more further fields: what the call knows beyond the order */
    public static Response report(UUID storeId, String orderId, int credits, Map<String, ?> more) {
        Map<String, Object> body = new HashMap<>(more);
        body.put("order_id", orderId);
        body.put("credits", credits);
        body.put("amount_paid", 4.5);
        body.put("request_id", "req_" + orderId);
        return send(storeId, body);
    }

    public static Response send(UUID storeId, Object body) {
        return Calls.as(TestIdentities.service("gateway"))
                .body(body)
                .post("/internal/v1/stores/{store}/purchases", storeId);
    }
}

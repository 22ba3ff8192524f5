package dev.wearon.gateway.incoming;

import dev.wearon.gateway.shopify.ShopDomain;
import dev.wearon.http.Problem;
import java.util.Set;

/**
 * Filters the log of webhooks; null: all.
 *
 * @param state {@code waiting}, {@code done}, {@code ignored} or {@code failed}
 */
record WebhookFilter(String state, String topic, String shop) {

    private static final Set<String> UNHANDLED = Set.of("waiting", "failed");
    private static final Set<String> HANDLED = Set.of("done", "ignored");

    /** Reads the query parameters. */
    static WebhookFilter of(String state, String topic, String shop) {
        if (state != null && !UNHANDLED.contains(state) && !HANDLED.contains(state)) {
            throw Problem.invalid("state must be waiting, done, ignored or failed.");
        } else if (topic != null && Topic.of(topic).isEmpty()) {
            throw Problem.invalid("topic must be one that this service works on, like orders/paid.");
        }
        return new WebhookFilter(
                state,
                topic,
                shop == null
                        ? null
                        : ShopDomain.of(shop)
                                .map(ShopDomain::name)
                                .orElseThrow(() -> Problem.invalid(
                                        "shop must be the domain of a shop, like demo.myshopify.com.")));
    }

    boolean isOfUnhandled() {
        return state != null && UNHANDLED.contains(state);
    }
}

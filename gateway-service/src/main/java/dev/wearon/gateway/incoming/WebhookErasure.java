package dev.wearon.gateway.incoming;

import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;

/**
 * Deletes the bodies of webhooks about orders that wait or have failed. What is handled has none. The requests of the privacy law and
 * the uninstall stay, because they are still to be done.
 */
@ApplicationScoped
public class WebhookErasure {

    private static final String SHOP = """
            UPDATE gateway.incoming_webhooks
               SET outcome = 'ignored', reason = 'Erased.', handled_at = now(), body = NULL, leased_until = NULL,
                   next_attempt_at = NULL
             WHERE handled_at IS NULL
               AND shop = $1
               AND (topic LIKE 'orders/%' OR topic LIKE 'refunds/%' OR topic = 'customers/data_request')
            """;

    /** A body that has the same digits for another reason goes, too: the sweep reads its order from Shopify again. */
    private static final String CUSTOMER = SHOP + """
               AND (strpos(body, $2) > 0 OR strpos(lower(body), $3) > 0)
            """;

    private final Statements statements;

    WebhookErasure(Statements statements) {
        this.statements = statements;
    }

    /** @return how many were erased */
    public Uni<Integer> ofShop(String shop) {
        return statements.count(SHOP, Tuple.of(shop));
    }

    /**
     * @param customerId the digits at Shopify
     * @param email null if it is not known
     * @return how many were erased
     */
    public Uni<Integer> ofCustomer(String shop, String customerId, String email) {
        // Without an address, the id is looked for twice.
        String address = email == null ? customerId : email.toLowerCase(Locale.ROOT);
        return statements.count(CUSTOMER, Tuple.of(shop, customerId, address));
    }
}

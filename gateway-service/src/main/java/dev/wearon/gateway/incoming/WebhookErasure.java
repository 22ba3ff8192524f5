package dev.wearon.gateway.incoming;

import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;

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
               AND shop = $1 AND received_at < $2
               AND (topic LIKE 'orders/%' OR topic LIKE 'refunds/%' OR topic = 'customers/data_request')
            """;

    /**
     * The text of jsonb has characters where a body may have escapes, for example of the at sign. It is normalised as addresses are. A
     * body that jsonb refuses is searched as it is. One that has the same digits for another reason goes, too: the sweep reads its order
     * from Shopify again.
     */
    private static final String SHOPPER = SHOP + """
               AND EXISTS (SELECT
                             FROM unnest($3::text[]) AS mark,
                                  normalize(lower(CASE WHEN pg_input_is_valid(body, 'jsonb') THEN body::jsonb::text ELSE body END
                                                  COLLATE pg_c_utf8)) AS said
                            WHERE strpos(said, mark) > 0)
            """;

    private final Statements statements;

    WebhookErasure(Statements statements) {
        this.statements = statements;
    }

    /**
     * @param before only webhooks that were received before this time
     * @return how many were erased
     */
    public Uni<Integer> ofShop(String shop, Instant before) {
        return statements.count(SHOP, Tuple.of(shop, Statements.utc(before)));
    }

    /**
     * @param marks what a body has that is about the shopper: a normalised e-mail address, or the digits of a customer
     * @param before only webhooks that were received before this time
     * @return how many were erased
     */
    public Uni<Integer> ofShopper(String shop, List<String> marks, Instant before) {
        return statements.count(SHOPPER, Tuple.of(shop, Statements.utc(before), marks.toArray(String[]::new)));
    }
}

package dev.wearon.credits.lists;

import dev.wearon.credits.ledger.LedgerConfig;
import dev.wearon.credits.lists.PurchasePage.Listed;
import dev.wearon.paging.Page;
import dev.wearon.paging.PageRequest;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.OffsetDateTime;
import java.util.Optional;

/** Reads purchases by pages. */
@ApplicationScoped
class PurchasePages {

    /** Reads all stores, or one, for the operator. {@code %s}: which purchases, each condition with AND behind it. */
    private static final String PAGE = """
            SELECT p.id, p.store_id, credits.without_emails(p.shopify_order_id) AS order_id, p.status, p.credits_purchased,
                   CASE p.status WHEN 'completed' THEN p.credits_purchased - p.withheld ELSE 0 END AS granted,
                   p.returned, p.clawed_back,
                   CASE p.status WHEN 'completed' THEN p.returned - p.withheld - p.clawed_back ELSE 0 END AS shortfall,
                   p.amount_paid, p.currency, p.created_at, p.completed_at, s.test
              FROM credits.store_shopper_purchases p
              JOIN credits.stores s ON s.id = p.store_id
             WHERE %s (p.created_at, p.id) < ($1, $2)
             ORDER BY p.created_at DESC, p.id DESC
             LIMIT $3
            """;

    private static final String OF_STORE = "p.store_id = $4 AND ";

    /** The status is a constant of the statement: only so PostgreSQL uses the small indexes of the rare ones. */
    private static final String WITH_STATUS = "p.status = '%s' AND ";

    private static final String WITH_SHORTFALL =
            "p.status = 'completed' AND p.returned > p.withheld + p.clawed_back AND ";

    private final Statements statements;

    PurchasePages(Statements statements, LedgerConfig config) {
        this.statements = statements.within(config.responseTimeout());
    }

    Uni<PurchasePage> page(PurchaseFilter filter, PageRequest request) {
        Tuple values = Tuple.of(request.before().at(), request.before().id(), request.rowsToRead());
        filter.storeId().ifPresent(values::addUUID);
        return statements
                .run(sql(filter), values)
                .map(rows -> Page.of(rows, request, "created_at"))
                .map(page -> new PurchasePage(page.map(PurchasePages::listed), page.nextCursor()));
    }

    private static String sql(PurchaseFilter filter) {
        return PAGE.formatted(filter.storeId().map(id -> OF_STORE).orElse("")
                + filter.status().map(WITH_STATUS::formatted).orElse("")
                + (filter.shortfall() ? WITH_SHORTFALL : ""));
    }

    private static Listed listed(Row row) {
        return new Listed(
                row.getUUID("id"),
                row.getUUID("store_id"),
                row.getString("order_id"),
                row.getString("status"),
                row.getInteger("credits_purchased"),
                row.getInteger("granted"),
                row.getInteger("returned"),
                row.getInteger("clawed_back"),
                row.getInteger("shortfall"),
                row.getBigDecimal("amount_paid"),
                row.getString("currency"),
                row.getOffsetDateTime("created_at").toInstant(),
                Optional.ofNullable(row.getOffsetDateTime("completed_at"))
                        .map(OffsetDateTime::toInstant)
                        .orElse(null),
                row.getBoolean("test"));
    }
}

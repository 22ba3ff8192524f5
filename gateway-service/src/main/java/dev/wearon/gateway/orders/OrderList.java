package dev.wearon.gateway.orders;

import dev.wearon.http.Problem;
import dev.wearon.paging.Page;
import dev.wearon.paging.PageRequest;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** The orders of all stores for the operator, without anything personal. */
@ApplicationScoped
class OrderList {

    /** An edit or a refund of money is a fact, so these two read the facts of each row that the page passes. */
    private static final String PAGE = """
            SELECT id, store_id, order_id, facts::text AS facts, credits, returned, amount_paid, currency, decided_at, claimed_at,
                   outcome, granted, clawed_back, shortfall, reason, attempts, due_at, created_at, updated_at
              FROM gateway.orders
             WHERE (created_at, id) < ($1, $2)
               AND ($4::uuid IS NULL OR store_id = $4)
               AND CASE $5::text
                       WHEN 'due' THEN due_at IS NOT NULL
                       WHEN 'unclaimed' THEN claimed_at IS NULL AND decided_at < now() - interval '1 hour' AND returned < credits
                       WHEN 'refused' THEN outcome = 'refused'
                       WHEN 'edited' THEN facts @? '$.lines.* ? (@.most > @.ordered)'
                       WHEN 'refunded_money' THEN facts @? '$.moneyRefunds[*]'
                       ELSE true
                   END
             ORDER BY created_at DESC, id DESC
             LIMIT $3
            """;

    private final Statements statements;

    OrderList(Statements statements) {
        this.statements = statements;
    }

    /** Which orders are listed. */
    enum Show {
        DUE,
        UNCLAIMED,
        REFUSED,
        EDITED,
        REFUNDED_MONEY;

        private String wire() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** @param text null: all */
        static Show of(String text) {
            if (text == null) {
                return null;
            }
            for (Show show : values()) {
                if (show.wire().equals(text)) {
                    return show;
                }
            }
            throw Problem.invalid("show must be due, unclaimed, refused, edited or refunded_money.");
        }
    }

    record ShopOrder(
            UUID storeId,
            String orderId,
            boolean paid,
            boolean cancelled,
            boolean test,
            int ordered,
            int remaining,
            int addedByEdits,
            int moneyOnlyRefunds,
            Integer credits,
            int returned,
            BigDecimal amountPaid,
            String currency,
            Instant decidedAt,
            Instant claimedAt,
            String outcome,
            Integer granted,
            Integer clawedBack,
            Integer shortfall,
            String reason,
            int attempts,
            Instant nextAttemptAt,
            Instant createdAt,
            Instant updatedAt) {}

    record OrdersPage(List<ShopOrder> orders, String nextCursor) {}

    /**
     * @param storeId null: of all stores
     * @param show null: all
     */
    Uni<OrdersPage> page(UUID storeId, Show show, PageRequest request) {
        return statements
                .run(
                        PAGE,
                        Tuple.of(
                                request.before().at(),
                                request.before().id(),
                                request.rowsToRead(),
                                storeId,
                                show == null ? null : show.wire()))
                .map(rows -> Page.of(rows, request, "created_at"))
                .map(page -> new OrdersPage(page.map(OrderList::order), page.nextCursor()));
    }

    private static ShopOrder order(Row row) {
        OrderFacts facts = Orders.facts(row.getString("facts"));
        return new ShopOrder(
                row.getUUID("store_id"),
                row.getString("order_id"),
                facts.paid(),
                facts.cancelled(),
                facts.test(),
                facts.ordered(),
                facts.remaining(),
                facts.added(),
                facts.moneyRefunds().size(),
                row.getInteger("credits"),
                row.getInteger("returned"),
                row.getBigDecimal("amount_paid"),
                row.getString("currency"),
                instant(row.getOffsetDateTime("decided_at")),
                instant(row.getOffsetDateTime("claimed_at")),
                row.getString("outcome"),
                row.getInteger("granted"),
                row.getInteger("clawed_back"),
                row.getInteger("shortfall"),
                row.getString("reason"),
                row.getInteger("attempts"),
                instant(row.getOffsetDateTime("due_at")),
                instant(row.getOffsetDateTime("created_at")),
                instant(row.getOffsetDateTime("updated_at")));
    }

    private static Instant instant(OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}

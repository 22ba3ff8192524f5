package dev.wearon.credits.charges;

import dev.wearon.credits.ledger.LedgerConfig;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/** Reads what the ledger has of a charge. */
@ApplicationScoped
class Receipts {

    /** A row for each movement; one with nulls for a charge without any. */
    private static final String RECEIPT = """
            SELECT charge.paid_by, charge.amount AS credits, movement.type, movement.amount, movement.price_cents,
                   movement.request_id, movement.created_at
              FROM credits.charges AS charge
              LEFT JOIN (
                   SELECT entry_no, type, amount, price_cents, request_id, created_at
                     FROM credits.store_credit_transactions
                    WHERE charge_id = $2 AND store_id = $1
                    UNION ALL
                   SELECT entry_no, type, amount, NULL, request_id, created_at
                     FROM credits.store_shopper_credit_transactions
                    WHERE charge_id = $2 AND store_id = $1) AS movement ON true
             WHERE charge.id = $2 AND charge.store_id = $1
             ORDER BY movement.entry_no
            """;

    private final Statements statements;

    Receipts(Statements statements, LedgerConfig config) {
        this.statements = statements.within(config.responseTimeout());
    }

    /** Without a charge if the ledger does not know the id at this store. */
    Uni<Receipt> find(UUID storeId, UUID chargeId) {
        return statements
                .list(RECEIPT, Tuple.of(storeId, chargeId), Function.identity())
                .map(rows -> rows.isEmpty() ? new Receipt(null, null, List.of()) : receipt(rows));
    }

    private static Receipt receipt(List<Row> rows) {
        Row charge = rows.getFirst();
        return new Receipt(
                charge.getString("paid_by"),
                charge.getInteger("credits"),
                rows.stream()
                        .filter(row -> row.getString("type") != null)
                        .map(Receipts::entry)
                        .toList());
    }

    private static Receipt.Entry entry(Row row) {
        return new Receipt.Entry(
                row.getString("type"),
                row.getInteger("amount"),
                row.getInteger("price_cents"),
                row.getString("request_id"),
                row.getOffsetDateTime("created_at").toInstant());
    }
}

package dev.wearon.credits.wallets;

import dev.wearon.credits.ledger.LedgerConfig;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;

/**
 * The ledger of a store's pool, read by pages. Entry numbers are taken under the wallet's lock, so a store's entries are
 * committed in their order: what arrives while somebody reads is newer than every page read, and moves none.
 */
@ApplicationScoped
class Movements {

    /** A range of idx_store_credit_transactions_store_id read backwards, whatever the length of the ledger. */
    static final String PAGE = """
            SELECT entry_no, id, type, amount, balance_after, price_cents, charge_id, request_id, description, created_at
              FROM credits.store_credit_transactions
             WHERE store_id = $1 AND entry_no < $2
             ORDER BY entry_no DESC
             LIMIT $3
            """;

    /** The version of ids that credits.charge_id_of makes of a request id; no session has one of these. */
    private static final int DERIVED_ID_VERSION = 8;

    private final Statements statements;

    Movements(Statements statements, LedgerConfig config) {
        this.statements = statements.within(config.responseTimeout());
    }

    Uni<MovementPage> page(UUID storeId, PageRequest page) {
        // One more than asked for says whether there is a next page.
        return statements
                .list(PAGE, Tuple.of(storeId, page.before(), page.limit() + 1), Function.identity())
                .map(rows -> page(rows, page.limit()));
    }

    private static MovementPage page(List<Row> rows, int limit) {
        if (rows.size() <= limit) {
            return new MovementPage(rows.stream().map(Movements::movement).toList(), null);
        }
        List<Row> shown = rows.subList(0, limit);
        return new MovementPage(
                shown.stream().map(Movements::movement).toList(),
                PageRequest.cursorAfter(shown.getLast().getLong("entry_no")));
    }

    private static Movement movement(Row row) {
        int delta = row.getInteger("amount");
        UUID chargeId = row.getUUID("charge_id");
        return new Movement(
                row.getUUID("id"),
                row.getString("type"),
                Math.abs(delta),
                delta,
                row.getInteger("balance_after"),
                row.getInteger("price_cents"),
                chargeId == null || chargeId.version() == DERIVED_ID_VERSION ? null : chargeId,
                row.getString("request_id"),
                row.getString("description"),
                row.getOffsetDateTime("created_at").toInstant());
    }
}

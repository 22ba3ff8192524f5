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
 * Reads the ledger of a store's pool by pages. A transaction takes the entry number under the wallet's lock, so a store's
 * entries are committed in the order of their numbers. A new entry is therefore newer than every page that was read.
 */
@ApplicationScoped
class Movements {

    /** Reads one range of idx_store_credit_transactions_store_id backwards, so the ledger's length does not matter. */
    static final String PAGE = """
            SELECT entry_no, id, type, amount, balance_after, price_cents, charge_id, request_id, description, created_at
              FROM credits.store_credit_transactions
             WHERE store_id = $1 AND entry_no < $2
             ORDER BY entry_no DESC
             LIMIT $3
            """;

    /** The UUID version of ids that credits.charge_id_of derives from a request id. Session ids have another version. */
    private static final int DERIVED_ID_VERSION = 8;

    private final Statements statements;

    Movements(Statements statements, LedgerConfig config) {
        this.statements = statements.within(config.responseTimeout());
    }

    Uni<MovementPage> page(UUID storeId, PageRequest page) {
        // One row more than the page needs shows whether there is a next page.
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

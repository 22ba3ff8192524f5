package dev.wearon.credits.charges;

import dev.wearon.credits.ledger.Ledger;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Locale;
import java.util.UUID;

/** Charges and releases against a store's pool. A failure says that the outcome is unknown. */
@ApplicationScoped
class Charges {

    private static final String CHARGE = """
            SELECT credits.charge(
                p_charge_id => $1, p_store_id => $2, p_amount => $3, p_request_id => $4, p_description => $5) AS outcome
            """;
    private static final String RELEASE = """
            SELECT credits.release(
                p_charge_id => $1, p_store_id => $2, p_request_id => $3, p_description => $4) AS outcome
            """;

    private final Ledger ledger;

    Charges(Ledger ledger) {
        this.ledger = ledger;
    }

    Uni<ChargeOutcome> charge(UUID storeId, ChargeRequest request) {
        return ledger.one(
                        CHARGE,
                        Tuple.of(
                                request.chargeId(),
                                storeId,
                                request.amount(),
                                request.requestId(),
                                request.description()))
                .map(row -> ChargeOutcome.valueOf(row.getString("outcome").toUpperCase(Locale.ROOT)));
    }

    Uni<ReleaseOutcome> release(UUID storeId, UUID chargeId, ReleaseRequest request) {
        return ledger.one(RELEASE, Tuple.of(chargeId, storeId, request.requestId(), request.description()))
                .map(row -> ReleaseOutcome.valueOf(row.getString("outcome").toUpperCase(Locale.ROOT)));
    }
}

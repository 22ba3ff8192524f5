package dev.wearon.credits.charges;

import dev.wearon.credits.ledger.Ledger;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
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

    /** Of every store: who asks is a background job that serves all of them. */
    private static final String STANDING = """
            SELECT id, store_id, created_at
              FROM credits.charges
             WHERE status = 'charged' AND created_at < $3
               AND (created_at, id) > ($1, $2)
             ORDER BY created_at, id
             LIMIT $4
            """;

    /** Smaller than every id. */
    private static final UUID NO_ID = new UUID(0, 0);

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

    /**
     * Charges that are not given back, oldest first.
     *
     * @param from the first moment, inclusive; of a further page the moment of the last charge seen
     * @param after of a further page the id of the last charge seen
     * @param before the end, exclusive
     */
    Uni<List<StandingCharge>> standing(Instant from, Optional<UUID> after, Instant before, int limit) {
        return ledger.all(STANDING, Tuple.of(utc(from), after.orElse(NO_ID), utc(before), limit))
                .map(rows -> rows.stream()
                        .map(row -> new StandingCharge(
                                row.getUUID("id"),
                                row.getUUID("store_id"),
                                row.getOffsetDateTime("created_at").toInstant()))
                        .toList());
    }

    private static OffsetDateTime utc(Instant moment) {
        return moment.atOffset(ZoneOffset.UTC);
    }
}

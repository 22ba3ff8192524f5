package dev.wearon.credits.charges;

import dev.wearon.batching.Batcher;
import dev.wearon.credits.ledger.LedgerConfig;
import dev.wearon.credits.wallets.RememberedBalances;
import dev.wearon.jobs.WarmUp;
import dev.wearon.sql.Statements;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;

/** Charges and releases credits. A failure means that the outcome is unknown. */
@ApplicationScoped
class Charges implements WarmUp {

    /** Sets the lock timeout for this transaction only. */
    private static final String CHARGE = """
            WITH charge AS MATERIALIZED (
                SELECT set_config('lock_timeout', $12, TRUE),
                       credits.charge(
                    p_charge_id => $1, p_store_id => $2, p_amount => $3, p_request_id => $4, p_description => $5,
                    p_shopper_email => $6, p_overage_price_cents => $7, p_overage_cap_cents => $8,
                    p_issuer => $9, p_daily_cap => $10) AS outcome)
            SELECT outcome, credits.note_low_credits(ARRAY [$2], ARRAY [$11::INTEGER], ARRAY [outcome]) FROM charge
            """;

    private static final String CHARGE_ALL = """
            WITH charge AS MATERIALIZED (
                SELECT set_config('lock_timeout', $12, TRUE),
                       credits.charge_all(
                    p_charge_ids => $1, p_store_ids => $2, p_amounts => $3, p_request_ids => $4, p_descriptions => $5,
                    p_shopper_emails => $6, p_overage_price_cents => $7, p_overage_cap_cents => $8,
                    p_issuers => $9, p_daily_caps => $10) AS outcomes)
            SELECT outcomes, credits.note_low_credits($2, $11, outcomes) FROM charge
            """;

    private static final String RELEASE = """
            SELECT set_config('lock_timeout', $5, TRUE),
                   credits.release(
                p_charge_id => $1, p_store_id => $2, p_request_id => $3, p_description => $4) AS outcome
            """;
    private static final String RELEASE_ALL = """
            SELECT set_config('lock_timeout', $5, TRUE),
                   credits.release_all(
                p_charge_ids => $1, p_store_ids => $2, p_request_ids => $3, p_descriptions => $4) AS outcomes
            """;

    /** Reads all stores, for a background job of the issuer. */
    private static final String UNRELEASED = """
            SELECT id, store_id, created_at
              FROM credits.charges
             WHERE issuer = $5 AND status = 'charged' AND created_at < $3
               AND (created_at, id) > ($1, $2)
             ORDER BY created_at, id
             LIMIT $4
            """;

    /** Reads all stores. A tombstone has no issuer, so every issuer sees it. */
    private static final String LOOKUP = """
            WITH movement AS (
                SELECT charge_id, type FROM credits.store_credit_transactions WHERE charge_id = ANY ($1)
                UNION ALL
                SELECT charge_id, type FROM credits.store_shopper_credit_transactions WHERE charge_id = ANY ($1)),
            counted AS (
                SELECT charge_id,
                       COUNT(*) FILTER (WHERE type IN ('deduction', 'overage'))::INTEGER AS taken,
                       COUNT(*) FILTER (WHERE type = 'refund')::INTEGER AS given_back
                  FROM movement
                 GROUP BY charge_id)
            SELECT c.id, c.store_id, c.status, c.wallet_id IS NOT NULL AS ever_charged,
                   COALESCE(m.taken, 0) AS taken, COALESCE(m.given_back, 0) AS given_back, c.created_at
              FROM credits.charges c
              LEFT JOIN counted m ON m.charge_id = c.id
             WHERE c.id = ANY ($1) AND (c.issuer = $2 OR c.wallet_id IS NULL)
            """;

    /** The value that disables PostgreSQL's lock timeout. A single request has the statement timeout only. */
    private static final String NO_LOCK_TIMEOUT = "0";

    private static final UUID LOWEST_ID = new UUID(0, 0);

    private final Statements statements;
    private final String lockTimeout;
    private final Batcher<Charge, ChargeOutcome> charges;
    private final Batcher<ReleaseRequest, ReleaseOutcome> releases;
    private final OutcomeCounter<ChargeOutcome> chargeCounter;
    private final OutcomeCounter<ReleaseOutcome> releaseCounter;
    private final RememberedBalances balances;

    Charges(Statements statements, LedgerConfig config, RememberedBalances balances, MeterRegistry metrics) {
        this.chargeCounter = new OutcomeCounter<>(metrics, "wearon.charges", ChargeOutcome.class);
        this.releaseCounter = new OutcomeCounter<>(metrics, "wearon.releases", ReleaseOutcome.class);
        this.balances = balances;
        this.statements = statements.within(config.responseTimeout());
        this.lockTimeout = config.batchLockTimeout().toMillis() + "ms";
        this.charges =
                new Batcher<>(new ChargeTransactions(), charge -> charge.payer().storeId(), config.groupCommit());
        this.releases = new Batcher<>(new ReleaseTransactions(), ReleaseRequest::storeId, config.groupCommit());
    }

    private record Charge(Payer payer, ChargeRequest request) {}

    /** A charge of a new store, which has no credit. */
    @Override
    public Uni<Void> warmUp() {
        Charge charge = new Charge(
                new Payer(UUID.randomUUID(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
                new ChargeRequest(Issuer.DEFAULT, UUID.randomUUID(), 1, "warm-up", "Warm-up"));
        return statements.rehearse(CHARGE, ChargeTransactions.values(charge, NO_LOCK_TIMEOUT));
    }

    Uni<ChargeOutcome> charge(Payer payer, ChargeRequest request) {
        return charges.submit(new Charge(payer, request)).onItemOrFailure().invoke((outcome, fault) -> {
            chargeCounter.count(outcome, fault);
            balances.forget(payer.storeId());
        });
    }

    Uni<ReleaseOutcome> release(ReleaseRequest request) {
        return releases.submit(request).onItemOrFailure().invoke((outcome, fault) -> {
            releaseCounter.count(outcome, fault);
            balances.forget(request.storeId());
        });
    }

    /**
     * Returns the unreleased charges of one issuer, oldest first.
     *
     * @param from inclusive; for a further page the time of the last charge of the page before
     * @param after the id of the last charge of the page before; empty for the first page
     * @param before exclusive
     */
    Uni<List<UnreleasedCharge>> unreleased(
            String issuer, Instant from, Optional<UUID> after, Instant before, int limit) {
        return statements.list(
                UNRELEASED,
                Tuple.of(Statements.utc(from), after.orElse(LOWEST_ID), Statements.utc(before), limit, issuer),
                row -> new UnreleasedCharge(
                        row.getUUID("id"),
                        row.getUUID("store_id"),
                        row.getOffsetDateTime("created_at").toInstant()));
    }

    /** Returns the states in no order, without ids that are unknown or belong to another issuer. */
    Uni<List<ChargeState>> lookup(LookupRequest request) {
        return statements.list(
                LOOKUP, Tuple.of(request.chargeIds().toArray(UUID[]::new), request.issuer()), Charges::state);
    }

    private static ChargeState state(Row row) {
        return new ChargeState(
                row.getUUID("id"),
                row.getUUID("store_id"),
                row.getString("status"),
                row.getBoolean("ever_charged"),
                row.getInteger("taken"),
                row.getInteger("given_back"),
                row.getOffsetDateTime("created_at").toInstant());
    }

    private final class ChargeTransactions implements Batcher.Work<Charge, ChargeOutcome> {

        @Override
        public Uni<ChargeOutcome> single(Charge charge) {
            return single(charge, NO_LOCK_TIMEOUT);
        }

        private Uni<ChargeOutcome> single(Charge charge, String lockTimeout) {
            return statements
                    .first(
                            CHARGE,
                            values(charge, lockTimeout),
                            row -> outcome(ChargeOutcome.class, row.getString("outcome")))
                    .map(Optional::orElseThrow);
        }

        static Tuple values(Charge charge, String lockTimeout) {
            ChargeRequest request = charge.request();
            Payer payer = charge.payer();
            return Tuple.from(Arrays.asList(
                    request.chargeId(),
                    payer.storeId(),
                    request.amount(),
                    request.requestId(),
                    request.description(),
                    payer.shopper().orElse(null),
                    priceCents(payer),
                    capCents(payer),
                    request.issuer(),
                    payer.dailyCap().orElse(null),
                    payer.lowCreditsAt().orElse(null),
                    lockTimeout));
        }

        @Override
        public Uni<List<ChargeOutcome>> batch(List<Charge> batch) {
            if (batch.size() == 1) {
                return single(batch.getFirst(), lockTimeout).map(List::of);
            }
            Tuple arrays = Tuple.from(List.of(
                    array(batch, charge -> charge.request().chargeId(), UUID[]::new),
                    array(batch, charge -> charge.payer().storeId(), UUID[]::new),
                    array(batch, charge -> charge.request().amount(), Integer[]::new),
                    array(batch, charge -> charge.request().requestId(), String[]::new),
                    array(batch, charge -> charge.request().description(), String[]::new),
                    array(batch, charge -> charge.payer().shopper().orElse(null), String[]::new),
                    array(batch, charge -> priceCents(charge.payer()), Integer[]::new),
                    array(batch, charge -> capCents(charge.payer()), Integer[]::new),
                    array(batch, charge -> charge.request().issuer(), String[]::new),
                    array(batch, charge -> charge.payer().dailyCap().orElse(null), Integer[]::new),
                    array(batch, charge -> charge.payer().lowCreditsAt().orElse(null), Integer[]::new),
                    lockTimeout));
            return statements
                    .first(CHARGE_ALL, arrays, row -> outcomes(ChargeOutcome.class, row, batch.size()))
                    .map(Optional::orElseThrow);
        }

        private static Integer priceCents(Payer payer) {
            return payer.overage().map(Payer.Overage::priceCents).orElse(null);
        }

        private static Integer capCents(Payer payer) {
            return payer.overage().map(Payer.Overage::capCents).orElse(null);
        }
    }

    private final class ReleaseTransactions implements Batcher.Work<ReleaseRequest, ReleaseOutcome> {

        @Override
        public Uni<ReleaseOutcome> single(ReleaseRequest release) {
            return single(release, NO_LOCK_TIMEOUT);
        }

        private Uni<ReleaseOutcome> single(ReleaseRequest release, String lockTimeout) {
            return statements
                    .first(
                            RELEASE,
                            Tuple.of(
                                    release.chargeId(),
                                    release.storeId(),
                                    release.requestId(),
                                    release.description(),
                                    lockTimeout),
                            row -> outcome(ReleaseOutcome.class, row.getString("outcome")))
                    .map(Optional::orElseThrow);
        }

        @Override
        public Uni<List<ReleaseOutcome>> batch(List<ReleaseRequest> batch) {
            if (batch.size() == 1) {
                return single(batch.getFirst(), lockTimeout).map(List::of);
            }
            Tuple arrays = Tuple.from(List.of(
                    array(batch, ReleaseRequest::chargeId, UUID[]::new),
                    array(batch, ReleaseRequest::storeId, UUID[]::new),
                    array(batch, ReleaseRequest::requestId, String[]::new),
                    array(batch, ReleaseRequest::description, String[]::new),
                    lockTimeout));
            return statements
                    .first(RELEASE_ALL, arrays, row -> outcomes(ReleaseOutcome.class, row, batch.size()))
                    .map(Optional::orElseThrow);
        }
    }

    private static <Q, T> T[] array(List<Q> batch, Function<Q, T> value, IntFunction<T[]> array) {
        return batch.stream().map(value).toArray(array);
    }

    private static <E extends Enum<E>> E outcome(Class<E> type, String name) {
        return Enum.valueOf(type, name.toUpperCase(Locale.ROOT));
    }

    private static <E extends Enum<E>> List<E> outcomes(Class<E> type, Row row, int expected) {
        List<E> outcomes = Arrays.stream(row.getArrayOfStrings("outcomes"))
                .map(name -> outcome(type, name))
                .toList();
        if (outcomes.size() != expected) {
            throw new IllegalStateException("Expected %d outcomes but got %d".formatted(expected, outcomes.size()));
        }
        return outcomes;
    }
}

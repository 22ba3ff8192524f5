package dev.wearon.gateway.orders;

import dev.wearon.gateway.stores.CreditShop;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** The table {@code gateway.order_sweeps}. Which ones are due is found for all stores. */
@ApplicationScoped
class Sweeps {

    /** Longer than a round may work on a store. */
    private static final Duration LEASE = Duration.ofMinutes(5);

    private static final String DUE = """
            SELECT shops.store_id
              FROM unnest($1::uuid[], $2::timestamptz[]) AS shops (store_id, installed_at)
              LEFT JOIN gateway.order_sweeps AS sweeps ON sweeps.store_id = shops.store_id
             WHERE sweeps.store_id IS NULL
                OR (sweeps.leased_until IS NULL OR sweeps.leased_until < now())
                   AND (sweeps.due_at <= now() OR sweeps.installed_at IS DISTINCT FROM shops.installed_at)
            """;

    /**
     * A sweep that was interrupted goes on. A new one begins an hour before the end of the last one, because Shopify may find a change
     * late; the first one begins an hour before the app was installed. No order is older than 60 days there.
     */
    private static final String TAKE = """
            INSERT INTO gateway.order_sweeps AS sweep (store_id, since, began_at, installed_at, holder, leased_until)
            VALUES ($1, GREATEST(COALESCE($2, now()) - interval '1 hour', now() - interval '60 days'), now(), $2, $3,
                    now() + make_interval(secs => $4))
            ON CONFLICT (store_id) DO UPDATE
               SET since = COALESCE(sweep.since, GREATEST(COALESCE(sweep.swept_until, excluded.since) - interval '1 hour', now() - interval '60 days')),
                   began_at = COALESCE(sweep.began_at, excluded.began_at), installed_at = excluded.installed_at,
                   holder = excluded.holder, leased_until = excluded.leased_until
             WHERE sweep.leased_until IS NULL OR sweep.leased_until < now()
            RETURNING since, cursor
            """;

    /** With a missed order it is as if the sweep began at the end of the last one: the next one reads the same changes again. */
    private static final String PAGE_DONE = """
            UPDATE gateway.order_sweeps
               SET cursor = $3, leased_until = now() + make_interval(secs => $4),
                   began_at = CASE WHEN $5 THEN LEAST(began_at, since + interval '1 hour') ELSE began_at END
             WHERE store_id = $1 AND holder = $2
            """;

    private static final String DONE = """
            UPDATE gateway.order_sweeps
               SET swept_until = CASE WHEN $4 THEN LEAST(began_at, since + interval '1 hour') ELSE began_at END,
                   since = NULL, began_at = NULL, cursor = NULL, holder = NULL, leased_until = NULL,
                   due_at = now() + make_interval(secs => $3)
             WHERE store_id = $1 AND holder = $2
            """;

    /** It goes on in the next round, from the last page that was done. */
    private static final String PAUSE = """
            UPDATE gateway.order_sweeps
               SET holder = NULL, leased_until = NULL, due_at = now(), cursor = CASE WHEN $3 THEN NULL ELSE cursor END
             WHERE store_id = $1 AND holder = $2
            """;

    private final Statements statements;

    Sweeps(Statements statements) {
        this.statements = statements;
    }

    /** @param cursor of the last page that was done; empty for the first page */
    record Sweep(UUID storeId, UUID holder, Instant since, Optional<String> cursor) {}

    /** Those of some shops whose orders must be read again now, because the interval is over or the app was installed again. */
    Uni<Set<UUID>> due(List<CreditShop> shops) {
        return statements
                .list(
                        DUE,
                        Tuple.of(
                                shops.stream().map(CreditShop::storeId).toArray(UUID[]::new),
                                shops.stream()
                                        .map(shop -> utc(shop.installedAt()))
                                        .toArray(OffsetDateTime[]::new)),
                        row -> row.getUUID("store_id"))
                .map(due -> due.stream().collect(Collectors.toSet()));
    }

    /** @return empty if another process sweeps the shop */
    Uni<Optional<Sweep>> take(CreditShop shop) {
        UUID holder = UUID.randomUUID();
        return statements.first(
                TAKE,
                Tuple.of(shop.storeId(), utc(shop.installedAt()), holder, Statements.seconds(LEASE)),
                row -> new Sweep(
                        shop.storeId(),
                        holder,
                        row.getOffsetDateTime("since").toInstant(),
                        Optional.ofNullable(row.getString("cursor"))));
    }

    /**
     * @param missed whether an order of the page was not stored, so that the next sweep must read it again
     * @return false if the lease has ended and another process has the sweep
     */
    Uni<Boolean> pageDone(Sweep sweep, String cursor, boolean missed) {
        return statements.changed(
                PAGE_DONE, Tuple.of(sweep.storeId(), sweep.holder(), cursor, Statements.seconds(LEASE), missed));
    }

    /** @param missed whether an order of the last page was not stored */
    Uni<Boolean> done(Sweep sweep, Duration next, boolean missed) {
        return statements.changed(DONE, Tuple.of(sweep.storeId(), sweep.holder(), Statements.seconds(next), missed));
    }

    /** @param fromStart the cursor is not good any more */
    Uni<Boolean> pause(Sweep sweep, boolean fromStart) {
        return statements.changed(PAUSE, Tuple.of(sweep.storeId(), sweep.holder(), fromStart));
    }

    private static OffsetDateTime utc(Instant instant) {
        return instant == null ? null : Statements.utc(instant);
    }
}

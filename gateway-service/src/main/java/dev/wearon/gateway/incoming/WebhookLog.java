package dev.wearon.gateway.incoming;

import dev.wearon.gateway.changelog.Action;
import dev.wearon.gateway.changelog.Author;
import dev.wearon.gateway.changelog.Change;
import dev.wearon.gateway.changelog.Changelog;
import dev.wearon.gateway.changelog.Entry;
import dev.wearon.gateway.stores.MerchantStore;
import dev.wearon.gateway.stores.ShopConnections;
import dev.wearon.paging.Page;
import dev.wearon.paging.PageRequest;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The table {@code gateway.incoming_webhooks} for the operator: a log, and replays. */
@ApplicationScoped
class WebhookLog {

    private static final String WAITING = "waiting";

    private static final String PAGE = """
            SELECT id, webhook_id, event_id, shop, topic, COALESCE(outcome, 'waiting') AS state, attempts, triggered_at,
                   received_at, next_attempt_at, handled_at, reason
              FROM gateway.incoming_webhooks
             WHERE (received_at, id) < ($1, $2)
               AND ($4::text IS NULL OR COALESCE(outcome, 'waiting') = $4)
               AND ($5::text IS NULL OR topic = $5)
               AND ($6::text IS NULL OR shop = $6)
             ORDER BY received_at DESC, id DESC
             LIMIT $3
            """;

    /** The few that wait or have failed have an index of their own. */
    private static final String PAGE_OF_UNHANDLED = """
            SELECT id, webhook_id, event_id, shop, topic, COALESCE(outcome, 'waiting') AS state, attempts, triggered_at,
                   received_at, next_attempt_at, handled_at, reason
              FROM gateway.incoming_webhooks
             WHERE handled_at IS NULL
               AND (received_at, id) < ($1, $2)
               AND COALESCE(outcome, 'waiting') = $4
               AND ($5::text IS NULL OR topic = $5)
               AND ($6::text IS NULL OR shop = $6)
             ORDER BY received_at DESC, id DESC
             LIMIT $3
            """;

    private static final String LOCK = """
            SELECT shop, topic, COALESCE(outcome, 'waiting') AS state, handled_at IS NOT NULL AS handled,
                   COALESCE(leased_until > now(), false) AS leased
              FROM gateway.incoming_webhooks
             WHERE id = $1
               FOR UPDATE
            """;

    private static final String REPLAY = """
            UPDATE gateway.incoming_webhooks
               SET outcome = NULL, attempts = 0, next_attempt_at = now(), leased_until = NULL, waiting_since = now()
             WHERE id = $1
               AND shop = $2
            """;

    private static final String FIND = """
            SELECT id, webhook_id, event_id, shop, topic, COALESCE(outcome, 'waiting') AS state, attempts, triggered_at,
                   received_at, next_attempt_at, handled_at, reason
              FROM gateway.incoming_webhooks
             WHERE id = $1
            """;

    private final Statements statements;
    private final ShopConnections shops;
    private final Changelog changelog;

    WebhookLog(Statements statements, ShopConnections shops, Changelog changelog) {
        this.statements = statements;
        this.shops = shops;
        this.changelog = changelog;
    }

    /** The result of a replay. */
    sealed interface Replay {

        /** It is due, or a process works on it now. */
        record Waiting(LoggedWebhook webhook) implements Replay {}

        /** It was handled, so its body is gone. */
        record Handled() implements Replay {}

        record NoSuchWebhook() implements Replay {}
    }

    Uni<LoggedWebhook.Page> page(WebhookFilter filter, PageRequest request) {
        Tuple values = Tuple.tuple()
                .addOffsetDateTime(request.before().at())
                .addUUID(request.before().id())
                .addInteger(request.rowsToRead())
                .addString(filter.state())
                .addString(filter.topic())
                .addString(filter.shop());
        return statements
                .run(filter.isOfUnhandled() ? PAGE_OF_UNHANDLED : PAGE, values)
                .map(rows -> Page.of(rows, request, "received_at"))
                .map(page -> new LoggedWebhook.Page(page.map(WebhookLog::logged), page.nextCursor()));
    }

    /** Makes a webhook due that has failed or waits for its next attempt. */
    Uni<Replay> replay(Author author, UUID id) {
        return statements
                .first(FIND, Tuple.of(id), WebhookLog::logged)
                .chain(found -> found.isEmpty()
                        ? Uni.createFrom().item(new Replay.NoSuchWebhook())
                        : shops.findByDomain(found.get().shop())
                                .chain(store -> replay(author, id, store.map(MerchantStore::id))));
    }

    private Uni<Replay> replay(Author author, UUID id, Optional<UUID> storeId) {
        return statements.transaction(transaction -> transaction
                .preparedQuery(LOCK)
                .execute(Tuple.of(id))
                .chain(rows -> {
                    if (rows.size() == 0) {
                        return Uni.createFrom().item(new Replay.NoSuchWebhook());
                    }
                    Row old = rows.iterator().next();
                    if (old.getBoolean("handled")) {
                        return Uni.createFrom().item(new Replay.Handled());
                    }
                    Uni<Void> replayed = old.getBoolean("leased")
                            ? Uni.createFrom().voidItem()
                            : transaction
                                    .preparedQuery(REPLAY)
                                    .execute(Tuple.of(id, old.getString("shop")))
                                    .chain(() -> changelog.write(
                                            transaction,
                                            new Entry(
                                                    author,
                                                    Action.WEBHOOK_REPLAYED,
                                                    storeId.orElse(null),
                                                    id.toString(),
                                                    change(old))));
                    return replayed.chain(() -> transaction.preparedQuery(FIND).execute(Tuple.of(id)))
                            .map(now -> new Replay.Waiting(logged(now.iterator().next())));
                }));
    }

    private static Change change(Row old) {
        return new Change(
                Map.of("state", old.getString("state")),
                Map.of("state", WAITING, "topic", old.getString("topic"), "shop", old.getString("shop")));
    }

    private static LoggedWebhook logged(Row row) {
        return new LoggedWebhook(
                row.getUUID("id"),
                row.getString("webhook_id"),
                row.getString("event_id"),
                row.getString("shop"),
                row.getString("topic"),
                row.getString("state"),
                row.getInteger("attempts"),
                row.getOffsetDateTime("triggered_at").toInstant(),
                row.getOffsetDateTime("received_at").toInstant(),
                instant(row, "next_attempt_at"),
                instant(row, "handled_at"),
                row.getString("reason"));
    }

    private static Instant instant(Row row, String column) {
        return row.getOffsetDateTime(column) == null
                ? null
                : row.getOffsetDateTime(column).toInstant();
    }
}

package dev.wearon.generation.erasure;

import dev.wearon.generation.changes.Changes;
import dev.wearon.generation.channels.B2b;
import dev.wearon.generation.channels.Owner;
import dev.wearon.generation.erasure.ShopperSessions.Progress;
import dev.wearon.generation.sessions.FailureCode;
import dev.wearon.generation.sessions.Refunds;
import dev.wearon.generation.sessions.SessionEnds;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Cancels unfinished sessions of a store, and gives their credits back. */
@ApplicationScoped
class StoppedSessions {

    private static final Logger LOG = Logger.getLogger(StoppedSessions.class);

    /** Skips a session that a worker is claiming. */
    private static final String CANCEL_QUEUED = """
            UPDATE {sessions}
               SET status = 'failed', completed_at = now(), error_code = $3, error_message = $4
             WHERE {owner} = $1 AND status = 'queued'
               AND id = ANY (ARRAY(SELECT id
                                     FROM {sessions}
                                    WHERE {owner} = $1 AND status = 'queued'
                                    LIMIT $2
                                      FOR UPDATE SKIP LOCKED))
            RETURNING id, request_id
            """;

    /** The shoppers are null for all of the store. */
    private static final String CANCEL_UNFINISHED = """
            UPDATE {sessions}
               SET status = 'failed', completed_at = now(), error_code = $3, error_message = $4
             WHERE {owner} = $1 AND status IN ('queued', 'processing')
               AND id = ANY (ARRAY(SELECT id
                                     FROM {sessions}
                                    WHERE {owner} = $1 AND status IN ('queued', 'processing')
                                      AND ($5::text[] IS NULL OR shopper_email = ANY ($5))
                                      AND (created_at < COALESCE($6::timestamptz, 'infinity') OR shopper_token_id < $7::uuid)
                                    LIMIT $2))
            RETURNING id, request_id
            """;

    static final int AT_ONCE = 100;
    private static final int RELEASES_AT_ONCE = 8;

    private record Cancelled(UUID id, String requestId) {}

    private final Statements statements;
    private final B2b stores;
    private final Refunds refunds;
    private final SessionEnds ends;
    private final Changes changes;

    StoppedSessions(Statements statements, B2b stores, Refunds refunds, SessionEnds ends, Changes changes) {
        this.statements = statements;
        this.stores = stores;
        this.refunds = refunds;
        this.ends = ends;
        this.changes = changes;
    }

    Uni<Progress> cancelQueued(UUID storeId) {
        return cancel(storeId, CANCEL_QUEUED, values(storeId));
    }

    /**
     * @param shoppers null: all
     * @param before only what was created before this time, or with a shopper token from before; empty: all
     */
    Uni<Progress> cancelUnfinished(UUID storeId, String[] shoppers, Optional<Instant> before) {
        return cancel(
                storeId,
                CANCEL_UNFINISHED,
                values(storeId)
                        .addValue(shoppers)
                        .addOffsetDateTime(before.map(Statements::utc).orElse(null))
                        .addUUID(firstTokenOf(before)));
    }

    /** The smallest id that a shopper token of this time can have: UUID version 7 begins with the milliseconds. Null without a time. */
    static UUID firstTokenOf(Optional<Instant> time) {
        return time.map(instant -> new UUID(instant.toEpochMilli() << 16 | 0x7000, Long.MIN_VALUE))
                .orElse(null);
    }

    private static Tuple values(UUID storeId) {
        return Tuple.of(storeId, AT_ONCE, FailureCode.CANCELLED.name(), FailureCode.CANCELLED.message());
    }

    private Uni<Progress> cancel(UUID storeId, String statement, Tuple values) {
        return statements
                .list(
                        stores.sql(statement),
                        values,
                        row -> new Cancelled(row.getUUID("id"), row.getString("request_id")))
                .call(cancelled -> giveBack(stores.store(storeId), cancelled))
                .map(cancelled -> Progress.of(cancelled.size(), AT_ONCE));
    }

    /** What fails here is given back by the refunder. */
    private Uni<Void> giveBack(Owner owner, List<Cancelled> cancelled) {
        ends.failed(FailureCode.CANCELLED, cancelled.size());
        cancelled.forEach(session -> changes.of(owner, session.id()));
        return Multi.createFrom()
                .iterable(cancelled)
                .onItem()
                .transformToUni(session -> refunds.release(session.id(), owner, session.requestId())
                        .onFailure()
                        .recoverWithItem(fault -> {
                            LOG.warnf("The credit of session %s is not given back yet: %s", session.id(), fault);
                            return false;
                        }))
                .merge(RELEASES_AT_ONCE)
                .collect()
                .last()
                .replaceWithVoid();
    }
}

package dev.wearon.generation.erasure;

import dev.wearon.generation.channels.B2b;
import dev.wearon.generation.images.Images;
import dev.wearon.generation.queue.Permits;
import dev.wearon.identity.Principal;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the tables say about shoppers of a store: reads it, and deletes it. */
@ApplicationScoped
class ShopperSessions {

    private static final String FIND_OF_SHOPPER = """
            SELECT id, image_paths[1] AS person, generated_image_url
              FROM {sessions}
             WHERE {owner} = $1 AND shopper_email = ANY ($4) AND status IN ('completed', 'failed')
               AND (created_at < COALESCE($3::timestamptz, 'infinity') OR shopper_token_id < $5::uuid)
             LIMIT $2
            """;

    private static final String FIND_OF_STORE = """
            SELECT id, image_paths[1] AS person, generated_image_url
              FROM {sessions}
             WHERE {owner} = $1 AND redacted_at IS NULL AND status IN ('completed', 'failed')
               AND created_at < COALESCE($3::timestamptz, 'infinity')
             LIMIT $2
            """;

    /** The paths of objects name nobody, so they replace the URLs, which a client has chosen. */
    private static final String REDACT = """
            UPDATE {sessions}
               SET shopper_email = NULL, shopper_token_id = NULL, prompt_system = '', prompt_user = NULL, traceparent = NULL,
                   model_image_url = COALESCE(image_paths[1], ''), outfit_image_url = image_paths[2], image_urls = image_paths,
                   images_expire_at = LEAST(images_expire_at, now()), redacted_at = now()
             WHERE {owner} = $1 AND id = ANY ($2) AND status IN ('completed', 'failed')
            """;

    /** Also the events that the redaction itself makes, but none of a later session. The shoppers are null for all of the store. */
    private static final String REDACT_EVENTS = """
            UPDATE {events}
               SET shopper_email = NULL
             WHERE {owner} = $1 AND shopper_email IS NOT NULL
               AND id = ANY (ARRAY(SELECT id
                                     FROM {events} AS event
                                    WHERE {owner} = $1 AND shopper_email IS NOT NULL
                                      AND ($3::text[] IS NULL OR shopper_email = ANY ($3))
                                      AND NOT EXISTS (SELECT
                                                        FROM {sessions} AS session
                                                       WHERE session.{owner} = $1 AND session.created_at >= $4::timestamptz
                                                         AND session.redacted_at IS NULL
                                                         AND session.id = (event.metadata ->> 'session_id')::uuid)
                                    LIMIT $2))
            """;

    /** A key of a shopper token begins with its owner. The owners are null for all of the store. */
    private static final String DELETE_KEYS = """
            DELETE FROM {keys}
             WHERE {owner} = $1
               AND key = ANY (ARRAY(SELECT key
                                      FROM {keys}
                                     WHERE {owner} = $1 AND key LIKE '% %'
                                       AND ($3::text[] IS NULL OR split_part(key, ' ', 1) = ANY ($3))
                                       AND begun_at < COALESCE($4::timestamptz, 'infinity')
                                     LIMIT $2))
            """;

    private static final String READ = """
            SELECT id, shopper_email, status, prompt_system, garment_type, error_code, credits_used, credits_refunded, created_at,
                   completed_at
              FROM {sessions}
             WHERE {owner} = $1 AND shopper_email = ANY ($2)
             ORDER BY created_at DESC, id DESC
             LIMIT $3
            """;

    private static final int EVENTS_AT_ONCE = 1_000;
    private static final int MAX_READ = 1_000;

    /** @param more whether the call must be repeated */
    record Progress(int changed, boolean more) {

        static Progress of(int changed, int limit) {
            return new Progress(changed, changed >= limit);
        }

        Progress plus(Progress other) {
            return new Progress(changed + other.changed, more || other.more);
        }
    }

    /** A session, for the shopper. */
    record SessionData(
            UUID sessionId,
            String shopper,
            String status,
            String prompt,
            String garmentType,
            String errorCode,
            int creditsUsed,
            int creditsRefunded,
            Instant createdAt,
            Instant completedAt) {}

    /** @param truncated whether there are more than these, which are the newest */
    record Data(List<SessionData> sessions, boolean truncated) {}

    private record Ended(UUID id, String person, String result) {}

    private final Statements statements;
    private final B2b stores;
    private final StoppedSessions stopped;
    private final Images images;
    private final Permits permits;

    ShopperSessions(Statements statements, B2b stores, StoppedSessions stopped, Images images, Permits permits) {
        this.statements = statements;
        this.stores = stores;
        this.stopped = stopped;
        this.images = images;
        this.permits = permits;
    }

    Uni<Data> read(UUID storeId, List<String> shoppers) {
        return statements
                .list(
                        stores.sql(READ),
                        Tuple.of(storeId, shoppers.toArray(String[]::new), MAX_READ + 1),
                        ShopperSessions::data)
                .map(found -> new Data(found.stream().limit(MAX_READ).toList(), found.size() > MAX_READ));
    }

    /**
     * Cancels what is unfinished, then deletes the pictures, then what the rows say.
     *
     * @param shoppers all names of a shopper; empty: all shoppers of the store
     * @param before only what was created before this time, or with a shopper token from before, which a gateway may remember until it
     *     expires
     */
    Uni<Progress> redact(UUID storeId, Optional<List<String>> shoppers, Optional<Instant> before) {
        OffsetDateTime limit = before.map(Statements::utc).orElse(null);
        String[] names = shoppers.map(list -> list.toArray(String[]::new)).orElse(null);
        String[] owners = shoppers.map(list -> owners(storeId, list)).orElse(null);
        return stopped.cancelUnfinished(storeId, names, before)
                .chain(cancelled -> redactEnded(storeId, names, owners, before).map(cancelled::plus))
                .chain(done -> statements
                        .count(stores.sql(REDACT_EVENTS), Tuple.of(storeId, EVENTS_AT_ONCE, names, limit))
                        .map(events -> done.plus(Progress.of(events, EVENTS_AT_ONCE))))
                .chain(done -> statements
                        .count(stores.sql(DELETE_KEYS), Tuple.of(storeId, EVENTS_AT_ONCE, owners, limit))
                        .map(keys -> done.plus(Progress.of(keys, EVENTS_AT_ONCE))));
    }

    private Uni<Progress> redactEnded(UUID storeId, String[] names, String[] owners, Optional<Instant> before) {
        return ended(storeId, names, before).chain(found -> erase(storeId, found, owners, before)
                .chain(moreObjects -> moreObjects
                        ? Uni.createFrom().item(new Progress(0, true))
                        : redactRows(storeId, found.stream().map(Ended::id).collect(Collectors.toSet()))));
    }

    private Uni<List<Ended>> ended(UUID storeId, String[] names, Optional<Instant> before) {
        Tuple values = Tuple.of(storeId, StoppedSessions.AT_ONCE)
                .addOffsetDateTime(before.map(Statements::utc).orElse(null));
        return statements.list(
                stores.sql(names == null ? FIND_OF_STORE : FIND_OF_SHOPPER),
                names == null ? values : values.addArrayOfString(names).addUUID(StoppedSessions.firstTokenOf(before)),
                row -> new Ended(row.getUUID("id"), row.getString("person"), row.getString("generated_image_url")));
    }

    /** The objects of a whole store are deleted by storage, when it is inactive. */
    private Uni<Boolean> erase(UUID storeId, List<Ended> found, String[] owners, Optional<Instant> before) {
        if (owners == null) {
            return Uni.createFrom().item(false);
        }
        List<String> paths = found.stream()
                .flatMap(session -> Stream.of(session.person(), session.result()))
                .filter(path -> path != null)
                .distinct()
                .toList();
        return images.erase(storeId, paths, List.of(owners), before);
    }

    private Uni<Progress> redactRows(UUID storeId, Set<UUID> ids) {
        return ids.isEmpty()
                ? Uni.createFrom().item(new Progress(0, false))
                : permits.remove(ids)
                        .chain(() -> statements.count(stores.sql(REDACT), Tuple.of(storeId, ids.toArray(UUID[]::new))))
                        .replaceWith(Progress.of(ids.size(), StoppedSessions.AT_ONCE));
    }

    private static String[] owners(UUID storeId, List<String> shoppers) {
        return shoppers.stream()
                .flatMap(shopper -> Principal.OfStore.owner(storeId, Optional.of(shopper), Optional.empty()).stream())
                .map(UUID::toString)
                .toArray(String[]::new);
    }

    private static SessionData data(Row row) {
        OffsetDateTime completedAt = row.getOffsetDateTime("completed_at");
        return new SessionData(
                row.getUUID("id"),
                row.getString("shopper_email"),
                row.getString("status"),
                row.getString("prompt_system"),
                row.getString("garment_type"),
                row.getString("error_code"),
                row.getInteger("credits_used"),
                row.getInteger("credits_refunded"),
                row.getOffsetDateTime("created_at").toInstant(),
                completedAt == null ? null : completedAt.toInstant());
    }
}

package dev.wearon.gateway.erasure;

import dev.wearon.gateway.changelog.Action;
import dev.wearon.gateway.changelog.Author;
import dev.wearon.gateway.changelog.Change;
import dev.wearon.gateway.changelog.Changelog;
import dev.wearon.gateway.changelog.Entry;
import dev.wearon.paging.Page;
import dev.wearon.paging.PageRequest;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The table {@code gateway.store_jobs}. The job takes and deletes rows of all stores. */
@ApplicationScoped
class StoreJobs {

    private static final String COLUMNS = "id, store_id, kind, origin, shoppers, step, passes, created_at, done_at";

    /** A data request is done at once: its data are read when somebody fetches them. A repeat finds its row. */
    private static final String INSERT = """
            INSERT INTO gateway.store_jobs (store_id, kind, origin, request_key, shoppers, due_at, done_at)
            VALUES ($1, $2, $3, $4, $5, CASE WHEN $2 <> 'data_request' THEN now() END,
                    CASE WHEN $2 = 'data_request' THEN now() END)
            ON CONFLICT (store_id, kind, request_key) DO NOTHING
            RETURNING\s""" + COLUMNS;

    /** The lease is longer than a call of a service, and grows with the attempts without progress. */
    private static final String TAKE = """
            WITH chosen AS MATERIALIZED (
                SELECT id
                  FROM gateway.store_jobs
                 WHERE due_at <= now()
                 ORDER BY due_at
                 LIMIT $1
                   FOR UPDATE SKIP LOCKED)
            UPDATE gateway.store_jobs AS job
               SET attempts = job.attempts + 1,
                   due_at = now() + make_interval(secs => LEAST(45 * power(2, LEAST(job.attempts, 4)), 600))
              FROM chosen
             WHERE job.id = chosen.id
            RETURNING job.id, job.store_id, job.kind, job.origin, job.shoppers, job.step, job.passes, job.created_at, job.done_at
            """;

    private static final String SAVE = """
            UPDATE gateway.store_jobs
               SET step = $3, passes = $4, shoppers = $5, attempts = 0, due_at = now() + make_interval(secs => $6)
             WHERE id = $1 AND store_id = $2 AND done_at IS NULL
            """;

    private static final String FINISH = """
            UPDATE gateway.store_jobs
               SET shoppers = NULL, due_at = NULL, done_at = now()
             WHERE id = $1 AND store_id = $2 AND done_at IS NULL
            """;

    /** The requests of a shopper whose data are deleted name the shopper, too. The names are null for all of the store. */
    private static final String DELETE_DATA_REQUESTS = """
            DELETE FROM gateway.store_jobs
             WHERE store_id = $1 AND kind = 'data_request' AND ($2::text[] IS NULL OR shoppers && $2) AND created_at < $3
            """;

    private static final String DELETE_OLD = """
            WITH old AS MATERIALIZED (
                SELECT id
                  FROM gateway.store_jobs
                 WHERE done_at < now() - interval '30 days'
                 ORDER BY done_at
                 LIMIT 500
                   FOR UPDATE SKIP LOCKED)
            DELETE FROM gateway.store_jobs AS job
             USING old
             WHERE job.id = old.id
            """;

    private static final String IS_STOPPED = """
            SELECT status <> 'active' AS stopped
              FROM gateway.store_terms
             WHERE store_id = $1
            """;

    private static final String FIND = "SELECT " + COLUMNS + " FROM gateway.store_jobs WHERE id = $1 AND store_id = $2";

    private static final String PAGE = "SELECT " + COLUMNS + """
              FROM gateway.store_jobs
             WHERE store_id = $1 AND kind <> 'stop' AND (created_at, id) < ($2, $3)
             ORDER BY created_at DESC, id DESC
             LIMIT $4
            """;

    enum Kind {
        STOP,
        REDACT_SHOPPER,
        REDACT_SHOP,
        DATA_REQUEST;

        String wire() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * @param shoppers all names of a shopper; empty: all of the store, or done
     * @param doneAt null until then
     */
    record Job(
            UUID id,
            UUID storeId,
            Kind kind,
            String origin,
            Optional<List<String>> shoppers,
            int step,
            int passes,
            Instant createdAt,
            Instant doneAt) {

        /** Without the names. */
        @Override
        public String toString() {
            return "%s %s of store %s".formatted(kind.wire(), id, storeId);
        }
    }

    private final Statements statements;
    private final Changelog changelog;

    StoreJobs(Statements statements, Changelog changelog) {
        this.statements = statements;
        this.changelog = changelog;
    }

    /**
     * Stores a job with its changelog entry. A repeat with the same key stores nothing.
     *
     * @param shoppers one or two names; null: all of the store
     * @return empty for a repeat
     */
    Uni<Optional<Job>> add(Author author, String origin, UUID storeId, Kind kind, String key, List<String> shoppers) {
        Tuple values = Tuple.tuple()
                .addUUID(storeId)
                .addString(kind.wire())
                .addString(origin)
                .addString(key)
                .addArrayOfString(shoppers == null ? null : shoppers.toArray(String[]::new));
        return statements.transaction(transaction -> transaction
                .preparedQuery(INSERT)
                .execute(values)
                .map(rows -> rows.size() == 0
                        ? Optional.<Job>empty()
                        : Optional.of(job(rows.iterator().next())))
                .call(added -> added.map(job -> changelog.write(transaction, entry(author, job)))
                        .orElseGet(() -> Uni.createFrom().voidItem())));
    }

    /** Names nobody. */
    private static Entry entry(Author author, Job job) {
        Action action =
                switch (job.kind()) {
                    case REDACT_SHOPPER -> Action.SHOPPER_REDACTED;
                    case REDACT_SHOP -> Action.SHOP_REDACTED;
                    case DATA_REQUEST -> Action.SHOPPER_EXPORTED;
                    case STOP -> throw new IllegalArgumentException("A trigger stores these");
                };
        return new Entry(
                author, action, job.storeId(), job.id().toString(), Change.created(Map.of("origin", job.origin())));
    }

    Uni<List<Job>> take(int limit) {
        return statements.list(TAKE, Tuple.of(limit), StoreJobs::job);
    }

    /** Saves how far a job is. */
    Uni<Void> save(Job job, int step, int passes, Optional<List<String>> shoppers, Duration pause) {
        return statements
                .run(
                        SAVE,
                        Tuple.tuple()
                                .addUUID(job.id())
                                .addUUID(job.storeId())
                                .addInteger(step)
                                .addInteger(passes)
                                .addArrayOfString(shoppers.map(names -> names.toArray(String[]::new))
                                        .orElse(null))
                                .addDouble(Statements.seconds(pause)))
                .replaceWithVoid();
    }

    Uni<Void> finish(Job job) {
        return statements.run(FINISH, Tuple.of(job.id(), job.storeId())).replaceWithVoid();
    }

    /** Those of the same shoppers that are older than the job. */
    Uni<Void> deleteDataRequests(Job job) {
        return statements
                .run(
                        DELETE_DATA_REQUESTS,
                        Tuple.tuple()
                                .addUUID(job.storeId())
                                .addArrayOfString(job.shoppers()
                                        .map(names -> names.toArray(String[]::new))
                                        .orElse(null))
                                .addOffsetDateTime(Statements.utc(job.createdAt())))
                .replaceWithVoid();
    }

    Uni<Integer> deleteOld() {
        return statements.count(DELETE_OLD, Tuple.tuple());
    }

    /** Whether the store is suspended or inactive. */
    Uni<Boolean> isStopped(UUID storeId) {
        return statements
                .first(IS_STOPPED, Tuple.of(storeId), row -> row.getBoolean("stopped"))
                .map(found -> found.orElse(true));
    }

    Uni<Optional<Job>> find(UUID id, UUID storeId) {
        return statements.first(FIND, Tuple.of(id, storeId), StoreJobs::job);
    }

    record JobPage(List<Job> jobs, String nextCursor) {}

    /** The requests for shoppers, newest first. */
    Uni<JobPage> page(UUID storeId, PageRequest request) {
        return statements
                .run(
                        PAGE,
                        Tuple.of(
                                storeId, request.before().at(), request.before().id(), request.rowsToRead()))
                .map(rows -> Page.of(rows, request, "created_at"))
                .map(page -> new JobPage(page.map(StoreJobs::job), page.nextCursor()));
    }

    private static Job job(Row row) {
        OffsetDateTime doneAt = row.getOffsetDateTime("done_at");
        return new Job(
                row.getUUID("id"),
                row.getUUID("store_id"),
                Kind.valueOf(row.getString("kind").toUpperCase(Locale.ROOT)),
                row.getString("origin"),
                Optional.ofNullable(row.getArrayOfStrings("shoppers")).map(List::of),
                row.getShort("step"),
                row.getShort("passes"),
                row.getOffsetDateTime("created_at").toInstant(),
                doneAt == null ? null : doneAt.toInstant());
    }
}

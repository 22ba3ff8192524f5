package dev.wearon.credits.notices;

import dev.wearon.identity.Caller;
import dev.wearon.jobs.RecurringJob;
import dev.wearon.sql.Statements;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;

/**
 * Tells in the log that a store has few credits left. A note is deleted in the transaction that tells it. So a note is never lost;
 * it is told a second time only if the process dies, or the database does not answer, before the transaction ends.
 */
@ApplicationScoped
class LowCredits implements RecurringJob {

    private static final Logger LOG = Logger.getLogger(LowCredits.class);

    /** Reads all stores. Leaves out what another instance tells just now. */
    private static final String TAKE = """
            DELETE FROM credits.low_credit_notices
             WHERE id IN (SELECT id FROM credits.low_credit_notices ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED)
            RETURNING store_id, balance, low_credits
            """;

    private static final int AT_ONCE = 100;

    private final Statements statements;
    private final NoticesConfig config;
    private final Counter told;

    LowCredits(Statements statements, NoticesConfig config, MeterRegistry metrics) {
        this.statements = statements;
        this.config = config;
        this.told = metrics.counter("wearon.low.credits");
    }

    @Override
    public String name() {
        return "low-credits";
    }

    @Override
    public Optional<Duration> every() {
        return Optional.of(config.every());
    }

    /** @return how many notes were told, at most 100; the next round tells more */
    @Override
    public Uni<Integer> runOnce() {
        return statements
                .transaction(transaction -> transaction
                        .preparedQuery(TAKE)
                        .execute(Tuple.of(AT_ONCE))
                        .invoke(notes -> notes.forEach(LowCredits::tell)))
                .map(RowSet::size)
                .invoke(notes -> told.increment(notes));
    }

    private static void tell(Row note) {
        UUID storeId = note.getUUID("store_id");
        MDC.put(Caller.STORE_LOG_KEY, storeId.toString());
        LOG.warnf(
                "Store %s has %d credits left. Its low_credits_at is %d",
                storeId, note.getInteger("balance"), note.getInteger("low_credits"));
        MDC.remove(Caller.STORE_LOG_KEY);
    }
}

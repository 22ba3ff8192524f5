package dev.wearon.gateway.shopify;

import dev.wearon.gateway.shopify.Failure.Reason;
import dev.wearon.sql.Statements;
import dev.wearon.timing.Timers;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.UUID;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Work at Shopify that one process does at a time for a store. It is a row and no lock, because a lock would hold a connection to the
 * database while Shopify is called. If the process dies, the row ends by itself.
 */
@Singleton
class Leases {

    private static final Logger LOG = Logger.getLogger(Leases.class);

    /** Longer than the work may take, so that an unfinished work never runs beside the next one. */
    private static final Duration LEASE = Duration.ofSeconds(60);

    private static final Duration WORK = Duration.ofSeconds(45);

    /** A caller waits so long at most for the work of another one. */
    private static final int TRIES = 100;

    private static final Duration PAUSE = Duration.ofMillis(100);

    private static final String TAKE = """
            INSERT INTO gateway.shopify_leases AS lease (store_id, work, holder, leased_until)
            VALUES ($1, $2, $3, now() + make_interval(secs => $4))
            ON CONFLICT (store_id, work) DO UPDATE SET holder = excluded.holder, leased_until = excluded.leased_until
             WHERE lease.leased_until < now()
            """;

    private static final String END =
            "DELETE FROM gateway.shopify_leases WHERE store_id = $1 AND work = $2 AND holder = $3";

    /** The kinds of work. */
    enum Work {
        TOKENS("tokens"),
        PRODUCT("product");

        private final String wire;

        Work(String wire) {
            this.wire = wire;
        }
    }

    private final Statements statements;
    private final Duration longest;

    @Inject
    Leases(Statements statements) {
        this(statements, WORK);
    }

    Leases(Statements statements, Duration longest) {
        this.statements = statements;
        this.longest = longest;
    }

    /**
     * Runs work when no other one of its kind runs for the store, or fails with {@link Reason#BUSY} after ten seconds. Work that takes too
     * long is stopped and fails with {@link Reason#UNAVAILABLE}. A caller that goes away does not stop it: Shopify may have answered
     * already with tokens that nobody else has, and the lease must be given back.
     */
    <T> Uni<Outcome<T>> alone(UUID storeId, Work kind, Supplier<Uni<Outcome<T>>> work) {
        return detached(run(storeId, kind, work));
    }

    private <T> Uni<Outcome<T>> run(UUID storeId, Work kind, Supplier<Uni<Outcome<T>>> work) {
        UUID holder = UUID.randomUUID();
        return take(storeId, kind, holder, TRIES).chain(taken -> {
            if (!taken) {
                return Uni.createFrom().item(Outcome.failed(Reason.BUSY, "lease of " + kind.wire));
            }
            return Timers.within(longest, Uni.createFrom().deferred(work::get))
                    .onFailure(TimeoutException.class)
                    .recoverWithItem(() -> Outcome.failed(Reason.UNAVAILABLE, kind.wire + " took too long"))
                    .eventually(() -> end(storeId, kind, holder));
        });
    }

    private static <T> Uni<T> detached(Uni<T> work) {
        return Uni.createFrom().emitter(caller -> work.subscribe().with(caller::complete, caller::fail));
    }

    private Uni<Boolean> take(UUID storeId, Work kind, UUID holder, int tries) {
        return statements
                .changed(TAKE, Tuple.of(storeId, kind.wire, holder, Statements.seconds(LEASE)))
                .chain(taken -> taken || tries == 1
                        ? Uni.createFrom().item(taken)
                        : Uni.createFrom()
                                .voidItem()
                                .onItem()
                                .delayIt()
                                .by(PAUSE)
                                .chain(() -> take(storeId, kind, holder, tries - 1)));
    }

    /** Never fails: the lease ends by itself. */
    private Uni<Void> end(UUID storeId, Work kind, UUID holder) {
        return statements
                .run(END, Tuple.of(storeId, kind.wire, holder))
                .replaceWithVoid()
                .onFailure()
                .invoke(fault -> LOG.warnf("The lease of %s of store %s ends later: %s", kind, storeId, fault))
                .onFailure()
                .recoverWithNull();
    }
}

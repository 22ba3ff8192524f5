package dev.wearon.bench;

import dev.wearon.local.suite.UserError;
import dev.wearon.processes.PostgresAddress;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.PreparedQuery;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * Claims through the service's own driver, with prepared statements on one connection per client. What was claimed is
 * completed before the next claim, as otherwise more and more would be under way; a claim's time ends before that.
 */
final class Claimers {

    private static final String COMPLETE = """
            UPDATE generation.store_generation_sessions
               SET status = 'completed', completed_at = now(), generated_image_url = 'path'
             WHERE id = $1
            """;
    private static final String ONE_ROW = "UPDATE generation.reconciler_mark SET charges_before = charges_before";
    private static final double LEASE_S = 3_600;
    private static final int ATTEMPTS = 3;

    private final Vertx vertx;
    private final PostgresAddress database;

    Claimers(Vertx vertx, PostgresAddress database) {
        this.vertx = vertx;
        this.database = database;
    }

    /** @throws UserError also when a session was claimed that had been claimed before */
    Load run(ClaimSide side, int clients, ClaimPlan plan) throws UserError {
        List<PgConnection> connections = new ArrayList<>();
        List<ClosedLoop.Client> claimers = new ArrayList<>();
        // Of the event loop, until it has ended.
        Set<UUID> claimed = new HashSet<>();
        for (int i = 0; i < clients; i++) {
            PgConnection connection = Answers.await(PgConnection.connect(vertx, options()));
            connections.add(connection);
            claimers.add(new Claimer(
                    Answers.await(connection.prepare(side.statement())).query(),
                    Answers.await(connection.prepare(COMPLETE)).query(),
                    claimed));
        }
        Load load = load(claimers, plan);
        for (PgConnection connection : connections) {
            Answers.await(connection.close());
        }
        return load;
    }

    /** One connection that changes one row and commits: what this disk and this machine take for any claim. */
    Load commits(ClaimPlan plan) throws UserError {
        PgConnection connection = Answers.await(PgConnection.connect(vertx, options()));
        PreparedQuery<RowSet<Row>> commit =
                Answers.await(connection.prepare(ONE_ROW)).query();
        Load load = load(List.of(() -> commit.execute().mapEmpty()), plan);
        Answers.await(connection.close());
        return load;
    }

    private Load load(List<ClosedLoop.Client> clients, ClaimPlan plan) throws UserError {
        ClosedLoop loop = new ClosedLoop(clients);
        loop.start(vertx);
        loop.warmUp(plan.warmUp());
        loop.measure(plan.measured());
        return loop.stop();
    }

    private PgConnectOptions options() {
        return new PgConnectOptions()
                .setHost(database.host())
                .setPort(database.port())
                .setDatabase(database.database())
                .setUser(database.user())
                .setPassword(database.password());
    }

    private static final class Claimer implements ClosedLoop.Client {

        private final PreparedQuery<RowSet<Row>> claim;
        private final PreparedQuery<RowSet<Row>> complete;
        private final Set<UUID> claimed;
        private UUID last;

        Claimer(PreparedQuery<RowSet<Row>> claim, PreparedQuery<RowSet<Row>> complete, Set<UUID> claimed) {
            this.claim = claim;
            this.complete = complete;
            this.claimed = claimed;
        }

        @Override
        public Future<Void> call() {
            return claim.execute(Tuple.of("bench", LEASE_S, ATTEMPTS)).compose(this::note);
        }

        private Future<Void> note(RowSet<Row> rows) {
            if (rows.size() == 0) {
                return Future.failedFuture("nothing was claimed: none is left, or one that was waiting was not found");
            }
            last = rows.iterator().next().getUUID("id");
            return claimed.add(last) ? Future.succeededFuture() : Future.failedFuture(last + " was claimed twice");
        }

        @Override
        public Future<Void> afterwards() {
            return complete.execute(Tuple.of(last)).mapEmpty();
        }
    }
}

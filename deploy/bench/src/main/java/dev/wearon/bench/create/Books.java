package dev.wearon.bench.create;

import dev.wearon.bench.loop.PermitList;
import dev.wearon.bench.loop.Sql;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.PostgresAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;

/** Compares what PostgreSQL and Redis hold with what was answered, and empties the queue. */
public final class Books implements AutoCloseable {

    /** Otherwise PostgreSQL counts what this connection did within the next turn. */
    static final String REPORT_STATISTICS = "SELECT pg_stat_force_next_flush()";

    private final Tables tables;
    private final PermitList permits;
    private final Connection superuser;

    /** The totals at the last {@link #drain}. */
    private final Map<String, Long> before = new HashMap<>();

    /** Refused creates so far. A create that was answered 503 may still have been made, then or later. */
    private long refusedSoFar;

    /** Fills the tables with sessions of these stores that have ended, so many of each store. */
    Books(Tables tables, PostgresAddress superuser, PermitList permits, List<UUID> stores, int finishedEach)
            throws Exception {
        this.tables = tables;
        this.permits = permits;
        this.superuser = Sql.connect(superuser);
        execute("SET session_replication_role = replica");
        try (PreparedStatement fill = this.superuser.prepareStatement(tables.history())) {
            fill.setInt(1, finishedEach);
            fill.setArray(2, this.superuser.createArrayOf("uuid", stores.toArray()));
            fill.executeUpdate();
        }
        drain();
    }

    /**
     * @param acknowledged the sessions that were acknowledged since the last {@link #drain}
     * @param refused how many creates were refused since then
     * @throws UserError unless each acknowledged create is there once, and nothing else but what a refused one may have left
     */
    void check(List<UUID> acknowledged, long refused) throws Exception {
        refusedSoFar += refused;
        for (Map.Entry<String, String> query : tables.acknowledged().entrySet()) {
            require(query.getKey(), acknowledged.size(), 0, count(query.getValue(), acknowledged));
        }
        for (Map.Entry<String, String> query : tables.totals().entrySet()) {
            require(
                    query.getKey(),
                    acknowledged.size(),
                    refusedSoFar,
                    total(query.getValue()) - before.get(query.getKey()));
        }
        require("wallets that disagree with their ledger", 0, 0, total(tables.disagreeing()));
        Set<UUID> permitted = permits.sessions(tables.permits());
        require("permits", acknowledged.size(), refusedSoFar, permitted.size());
        permitted.retainAll(Set.copyOf(acknowledged));
        require("permits of acknowledged creates", acknowledged.size(), 0, permitted.size());
    }

    /** Removes queued sessions and their permits, so that every turn begins with an empty queue and vacuumed tables. */
    void drain() throws Exception {
        permits.remove(tables.permits());
        for (String statement : tables.empty()) {
            execute(statement);
        }
        for (Map.Entry<String, String> query : tables.totals().entrySet()) {
            before.put(query.getKey(), total(query.getValue()));
        }
        execute(REPORT_STATISTICS);
    }

    private static void require(String what, long least, long more, long found) throws UserError {
        if (found < least || found > least + more) {
            throw new UserError(
                    "The books do not hold what was answered: %s must be %,d%s and is %,d."
                            .formatted(what, least, more == 0 ? "" : " to %,d".formatted(least + more), found),
                    "none; this is a fault of a service or of the benchmark");
        }
    }

    private long count(String query, List<UUID> sessions) throws SQLException {
        try (PreparedStatement statement = superuser.prepareStatement(query)) {
            statement.setArray(1, superuser.createArrayOf("uuid", sessions.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private long total(String query) throws SQLException {
        return Sql.numbers(superuser, query, 1)[0];
    }

    private void execute(String sql) throws SQLException {
        try (Statement statement = superuser.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        superuser.close();
    }
}

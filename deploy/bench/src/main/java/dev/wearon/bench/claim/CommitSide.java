package dev.wearon.bench.claim;

import dev.wearon.bench.loop.Side;
import dev.wearon.bench.loop.Sql;
import dev.wearon.processes.PostgresAddress;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;

/** Changes one row and commits: what this disk and this machine take for any claim. */
record CommitSide(PostgresAddress database, Map<String, ProcessHandle> processes) implements Side {

    private static final String ONE_ROW = "UPDATE generation.reconciler_mark SET charges_before = charges_before";

    @Override
    public String name() {
        return "commit";
    }

    @Override
    public Client connect() throws SQLException {
        return Sql.client(database, ONE_ROW, PreparedStatement::executeUpdate);
    }
}

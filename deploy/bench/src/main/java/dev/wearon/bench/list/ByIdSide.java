package dev.wearon.bench.list;

import dev.wearon.bench.loop.Side;
import dev.wearon.bench.loop.Sql;
import dev.wearon.processes.PostgresAddress;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The reference: the same sessions by their ids, over a connection to PostgreSQL. No list can read less. */
record ByIdSide(PostgresAddress database, Map<String, ProcessHandle> processes, List<UUID> ids) implements Side {

    static final String NAME = "by id";

    private static final String BY_ID = """
            SELECT id, store_id, status, garment_type, error_code, error_message, credits_used, credits_refunded, attempts,
                   processing_time_ms, request_id, created_at, started_at, deadline_at, completed_at, images_expire_at
              FROM generation.store_generation_sessions
             WHERE id = ANY (?)
            """;

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Client connect() throws SQLException {
        return Sql.client(database, BY_ID, statement -> {
            statement.setArray(1, statement.getConnection().createArrayOf("uuid", ids.toArray()));
            int found = 0;
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found++;
                }
            }
            if (found != ids.size()) {
                throw new SQLException(found + " of " + ids.size() + " sessions were found by their ids");
            }
        });
    }
}

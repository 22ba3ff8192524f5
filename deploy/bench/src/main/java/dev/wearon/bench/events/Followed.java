package dev.wearon.bench.events;

import dev.wearon.bench.create.Merchant;
import dev.wearon.bench.loop.Sql;
import dev.wearon.processes.PostgresAddress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** The sessions that are followed: each is in work for as long as the benchmark takes. */
record Followed(List<Session> sessions) {

    record Session(UUID id, Merchant owner) {}

    /** They are older than the start of PostgreSQL, by which the books tell them from the sessions of the benchmark. */
    private static final String INSERT = """
            INSERT INTO generation.store_generation_sessions (
                   id, store_id, status, model_image_url, outfit_image_url, prompt_system, image_urls, image_paths,
                   request_id, created_at, started_at, lease_until, attempts)
            SELECT id, store_id, 'processing', url, url, repeat('p', 300), ARRAY[url, url], ARRAY[path, path], 'req_' || id,
                   pg_postmaster_start_time() - interval '1 hour', now(), now() + interval '1 day', 1
              FROM unnest(?, ?) AS session (id, store_id),
                   LATERAL (SELECT format('stores/%s/uploads/%s.jpg', store_id, id)) AS object (path),
                   LATERAL (SELECT 'http://127.0.0.1:8080/' || path) AS made (url)
            """;

    /** So many sessions of these stores, which take turns. */
    static Followed insert(PostgresAddress superuser, List<Merchant> owners, int count) throws SQLException {
        List<Session> sessions = new ArrayList<>();
        while (sessions.size() < count) {
            sessions.add(new Session(UUID.randomUUID(), owners.get(sessions.size() % owners.size())));
        }
        try (Connection connection = Sql.connect(superuser);
                PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setArray(
                    1,
                    connection.createArrayOf(
                            "uuid", sessions.stream().map(Session::id).toArray()));
            insert.setArray(
                    2,
                    connection.createArrayOf(
                            "uuid",
                            sessions.stream()
                                    .map(session -> session.owner().storeId())
                                    .toArray()));
            insert.executeUpdate();
        }
        return new Followed(sessions);
    }
}

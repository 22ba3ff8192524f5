package dev.wearon.bench.claim;

import dev.wearon.bench.loop.Side;
import dev.wearon.bench.loop.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One of the two ways of choosing a session. A client completes what it claimed before its next claim, because otherwise more
 * and more sessions would be in work; a claim's time ends before that.
 */
final class ClaimSide implements Side {

    static final String OLDEST_FIRST = "oldest first";

    /** The reference: the oldest session that no worker holds, of whichever store. */
    private static final String CLAIM_OLDEST = """
            UPDATE generation.store_generation_sessions
               SET status = 'processing', attempts = attempts + 1, lease_owner = $1,
                   lease_until = now() + make_interval(secs => $2)
             WHERE id = (
                   SELECT id
                     FROM generation.store_generation_sessions
                    WHERE status IN ('queued', 'processing') AND lease_until <= now() AND attempts < $3
                    ORDER BY created_at
                    LIMIT 1
                      FOR UPDATE SKIP LOCKED)
            RETURNING id, store_id, attempts, image_paths, prompt_system, garment_type, request_id,
                shopper_email, shopper_token_id, api_key_id
            """;

    /** What the workers call; the function is the migration's. */
    static final String CLAIM_BY_TURN = """
            SELECT id, store_id, attempts, image_paths, prompt_system, garment_type, request_id,
                shopper_email, shopper_token_id, api_key_id
              FROM generation.claim(ARRAY [$1::text], make_interval(secs => $2), $3)
            """;

    private static final String COMPLETE = """
            UPDATE generation.store_generation_sessions
               SET status = 'completed', completed_at = now(), generated_image_url = 'path'
             WHERE id = ?
            """;

    private static final int LEASE_S = 3_600;
    private static final int ATTEMPTS = 3;

    private final String name;
    private final String statement;
    private final SessionQueue queue;
    private final int claimedBefore;
    private final Set<UUID> claimed = ConcurrentHashMap.newKeySet();
    private int apart;

    private ClaimSide(String name, String statement, SessionQueue queue, int claimedBefore) {
        this.name = name;
        this.statement = statement;
        this.queue = queue;
        this.claimedBefore = claimedBefore;
    }

    static ClaimSide oldestFirst(SessionQueue queue, int claimedBefore) {
        return new ClaimSide(OLDEST_FIRST, CLAIM_OLDEST, queue, claimedBefore);
    }

    static ClaimSide turns(SessionQueue queue, int claimedBefore) {
        return new ClaimSide("turns", CLAIM_BY_TURN, queue, claimedBefore);
    }

    /** The difference in sessions between the store that was served most and the one that was served least, after a turn. */
    int apart() {
        return apart;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Map<String, ProcessHandle> processes() {
        return queue.processes();
    }

    @Override
    public List<String> databaseRoles() {
        return List.of(SessionQueue.ROLE);
    }

    /** No more sessions wait than that. */
    @Override
    public int maxCalls() {
        return queue.sessions() - claimedBefore;
    }

    @Override
    public void prepare() throws SQLException {
        claimed.clear();
        queue.fill();
        queue.claim(statement, claimedBefore);
    }

    @Override
    public void finish(long answered) throws Exception {
        queue.check(claimedBefore + answered);
        apart = queue.apart();
    }

    @Override
    public Client connect() throws SQLException {
        Connection connection = Sql.connect(queue.database());
        PreparedStatement claim = connection.prepareStatement(statement.replaceAll("\\$\\d", "?"));
        claim.setString(1, "bench");
        claim.setDouble(2, LEASE_S);
        claim.setInt(3, ATTEMPTS);
        PreparedStatement complete = connection.prepareStatement(COMPLETE);
        return new Client() {
            private UUID last;

            @Override
            public void call() throws SQLException {
                try (ResultSet row = claim.executeQuery()) {
                    if (!row.next()) {
                        throw new SQLException("nothing was claimed, although sessions wait or should wait");
                    }
                    last = row.getObject(1, UUID.class);
                }
                if (!claimed.add(last)) {
                    throw new SQLException(last + " was claimed twice");
                }
            }

            @Override
            public void afterwards() throws SQLException {
                complete.setObject(1, last);
                complete.executeUpdate();
            }

            @Override
            public void close() throws SQLException {
                connection.close();
            }
        };
    }
}

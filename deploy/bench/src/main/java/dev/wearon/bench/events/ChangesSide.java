package dev.wearon.bench.events;

import dev.wearon.bench.create.Application;
import dev.wearon.bench.events.Followed.Session;
import dev.wearon.bench.loop.Side;
import dev.wearon.bench.loop.Sql;
import dev.wearon.processes.PostgresAddress;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * Changes sessions at a steady rate, one after the other, as another instance would: a commit, and then a message to all. The times
 * are those from a commit to the event at the client.
 */
final class ChangesSide implements Side {

    private static final String CHANGE = """
            UPDATE generation.store_generation_sessions SET processing_time_ms = COALESCE(processing_time_ms, 0) + 1
             WHERE id = ?
            RETURNING version
            """;

    private static final String CHANNEL = "wearon:changes";
    private static final String MESSAGE = "bench\nb2b %s %s";

    /** Longer than a heartbeat, at which a stream finds what it was not told. */
    private static final int LAST_EVENT_SECONDS = 20;

    private final Application suite;
    private final PostgresAddress database;
    private final String redisUrl;
    private final List<Session> sessions;
    private final Streams streams;
    private final Delays delays;
    private final long pauseNanos;
    private final AtomicInteger changed = new AtomicInteger();

    ChangesSide(
            Application suite,
            PostgresAddress database,
            String redisUrl,
            Followed followed,
            Streams streams,
            Delays delays,
            int perSecond) {
        this.suite = suite;
        this.database = database;
        this.redisUrl = redisUrl;
        this.sessions = followed.sessions();
        this.streams = streams;
        this.delays = delays;
        this.pauseNanos = TimeUnit.SECONDS.toNanos(1) / perSecond;
    }

    @Override
    public String name() {
        return "suite";
    }

    @Override
    public Map<String, ProcessHandle> processes() {
        return suite.processes();
    }

    @Override
    public void prepare() throws Exception {
        streams.open();
        delays.forget();
    }

    @Override
    public Client connect() throws Exception {
        Vertx vertx = Vertx.vertx();
        Redis redis = Redis.createClient(vertx, redisUrl);
        Connection connection = Sql.connect(database);
        PreparedStatement change = connection.prepareStatement(CHANGE);
        return new Client() {

            private long next = System.nanoTime();

            @Override
            public void call() throws Exception {
                streams.check();
                next = Math.max(next + pauseNanos, System.nanoTime() - pauseNanos);
                while (System.nanoTime() < next) {
                    LockSupport.parkNanos(next - System.nanoTime());
                }
                Session session = sessions.get(changed.getAndIncrement() % sessions.size());
                change.setObject(1, session.id());
                try (ResultSet row = change.executeQuery()) {
                    row.next();
                    delays.committed(session.id(), row.getLong(1));
                }
                String message = MESSAGE.formatted(session.owner().storeId(), session.id());
                redis.send(Request.cmd(Command.PUBLISH).arg(CHANNEL).arg(message))
                        .toCompletionStage()
                        .toCompletableFuture()
                        .get();
            }

            @Override
            public void close() throws Exception {
                connection.close();
                redis.close();
                vertx.close().toCompletionStage().toCompletableFuture().get();
            }
        };
    }

    @Override
    public void measuringBegins() {
        delays.begin();
    }

    @Override
    public Optional<Histogram> latencies() throws Exception {
        return Optional.of(delays.complete(LAST_EVENT_SECONDS));
    }
}

package dev.wearon.bench.webhooks;

import dev.wearon.bench.create.CreateSide;
import dev.wearon.bench.loop.HttpConnection;
import dev.wearon.bench.loop.Side;
import dev.wearon.bench.loop.Sql;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.PostgresAddress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/**
 * Clients that create try-ons, and before them {@link #SENDERS} that send webhooks at a steady rate. The times are those of webhooks,
 * from the moment at which one should have been sent: a slow answer also delays the next ones.
 */
final class WebhooksSide implements Side {

    static final int SENDERS = 4;

    private static final byte[] ACKNOWLEDGED =
            "{\"data\":{\"acknowledged\":true},\"error\":null}".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS = 3;

    private final String name;
    private final int port;
    private final CreateSide creates;
    private final PostgresAddress database;
    private final Orders orders;
    private final long pauseNanos;
    private final AtomicInteger connected = new AtomicInteger();
    private final AtomicLong acknowledged = new AtomicLong();
    private final AtomicLong created = new AtomicLong();
    private volatile Histogram measured = new ConcurrentHistogram(DIGITS);

    WebhooksSide(String name, int port, CreateSide creates, PostgresAddress database, Orders orders, int perSecond) {
        this.name = name;
        this.port = port;
        this.creates = creates;
        this.database = database;
        this.orders = orders;
        this.pauseNanos = TimeUnit.SECONDS.toNanos(SENDERS) / perSecond;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Map<String, ProcessHandle> processes() {
        return creates.processes();
    }

    @Override
    public void prepare() {
        connected.set(0);
    }

    @Override
    public Client connect() throws Exception {
        return connected.getAndIncrement() < SENDERS ? sender() : creator();
    }

    private Client sender() throws IOException {
        HttpConnection connection = new HttpConnection(port);
        return new Client() {

            private long next = System.nanoTime();

            @Override
            public void call() throws IOException {
                byte[] webhook = orders.next();
                next += pauseNanos;
                while (System.nanoTime() < next) {
                    LockSupport.parkNanos(next - System.nanoTime());
                }
                connection.send(webhook).expect(ACKNOWLEDGED);
                measured.recordValue(System.nanoTime() - next);
                acknowledged.incrementAndGet();
            }

            @Override
            public void close() throws IOException {
                connection.close();
            }
        };
    }

    private Client creator() throws Exception {
        Client creator = creates.connect();
        return new Client() {
            @Override
            public void call() throws Exception {
                creator.call();
                created.incrementAndGet();
            }

            @Override
            public void close() throws Exception {
                creator.close();
            }
        };
    }

    @Override
    public void measuringBegins() {
        measured = new ConcurrentHistogram(DIGITS);
    }

    @Override
    public Optional<Histogram> latencies() {
        return Optional.of(measured);
    }

    /** Each webhook that was acknowledged is stored, and each create is in the books. */
    @Override
    public void finish(long answered) throws Exception {
        creates.finish(created.getAndSet(0));
        try (Connection connection = Sql.connect(database);
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("SELECT count(*) FROM gateway.incoming_webhooks")) {
            rows.next();
            if (rows.getLong(1) != acknowledged.get()) {
                throw new UserError(
                        "%d webhooks were acknowledged, and %d are stored."
                                .formatted(acknowledged.get(), rows.getLong(1)),
                        "none; this is a fault of the gateway");
            }
        }
    }

    /** In all turns. */
    long acknowledged() {
        return acknowledged.get();
    }
}

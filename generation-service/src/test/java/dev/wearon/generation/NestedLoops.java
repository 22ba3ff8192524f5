package dev.wearon.generation;

import dev.wearon.sql.Statements;
import dev.wearon.testkit.SuiteServers;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.time.Duration;
import java.util.List;

/**
 * Runs statements of the superuser with plans of nested loops without materialization. Such a plan may run a subquery again for
 * each row.
 */
public final class NestedLoops implements AutoCloseable {

    private static final List<String> OTHER_PLANS = List.of(
            "enable_hashjoin",
            "enable_mergejoin",
            "enable_hashagg",
            "enable_material",
            "enable_memoize",
            "enable_sort");

    private final Pool pool;

    public NestedLoops(Vertx vertx) {
        var server = SuiteServers.superuser();
        PgConnectOptions options = new PgConnectOptions()
                .setHost(server.host())
                .setPort(server.port())
                .setDatabase(server.database())
                .setUser(server.user())
                .setPassword(server.password());
        OTHER_PLANS.forEach(plan -> options.addProperty(plan, "off"));
        pool = Pool.newInstance(PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(1))
                .connectingTo(options)
                .using(vertx.getDelegate())
                .build());
    }

    public Statements statements() {
        return new Statements(pool, Duration.ofSeconds(15));
    }

    @Override
    public void close() {
        pool.closeAndAwait();
    }
}

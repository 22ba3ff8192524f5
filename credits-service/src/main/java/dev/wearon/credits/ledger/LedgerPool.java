package dev.wearon.credits.ledger;

import io.quarkus.reactive.pg.client.PgPoolCreator;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnectOptions;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Sets the limits of the connection pool for which Quarkus has no property. */
@Singleton
final class LedgerPool implements PgPoolCreator {

    private final LedgerConfig config;
    private final boolean transactionPooling;

    LedgerPool(
            LedgerConfig config, @ConfigProperty(name = "wearon.db.transaction-pooling") boolean transactionPooling) {
        this.config = config;
        this.transactionPooling = transactionPooling;
    }

    @Override
    public Pool create(Input input) {
        if (!transactionPooling) {
            // A pooler refuses it, because its connections have many users. The limit of the role remains.
            for (PgConnectOptions server : input.pgConnectOptionsList()) {
                server.addProperty(
                        "statement_timeout",
                        Long.toString(config.statementTimeout().toMillis()));
            }
        }
        return PgBuilder.pool()
                .with(input.poolOptions()
                        .setConnectionTimeout(
                                Math.toIntExact(config.connectionTimeout().toMillis()))
                        .setConnectionTimeoutUnit(TimeUnit.MILLISECONDS)
                        .setMaxWaitQueueSize(config.maxWaiting()))
                .connectingTo(List.<SqlConnectOptions>copyOf(input.pgConnectOptionsList()))
                .using(input.vertx())
                .build();
    }
}

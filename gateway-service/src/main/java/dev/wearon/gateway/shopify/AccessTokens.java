package dev.wearon.gateway.shopify;

import dev.wearon.gateway.changelog.Author;
import dev.wearon.gateway.sealing.Sealer;
import dev.wearon.gateway.shopify.Failure.Reason;
import dev.wearon.gateway.stores.ShopConnection;
import dev.wearon.gateway.stores.ShopConnections;
import dev.wearon.gateway.stores.ShopTokens;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jboss.logging.Logger;

/**
 * The access tokens of stores. A pair of tokens is renewed by one process at a time: Shopify has one chain of pairs for a shop, and
 * two renewals at the same time could lose it. Never renews for a webhook.
 */
@Singleton
public class AccessTokens {

    private static final Logger LOG = Logger.getLogger(AccessTokens.class);
    private static final String RENEWALS = "wearon.shopify.token.renewals";

    private final ShopConnections connections;
    private final TokenEndpoint endpoint;
    private final ShopifyApp app;
    private final Leases leases;
    private final MeterRegistry metrics;

    AccessTokens(
            ShopConnections connections, TokenEndpoint endpoint, ShopifyApp app, Leases leases, MeterRegistry metrics) {
        this.connections = connections;
        this.endpoint = endpoint;
        this.app = app;
        this.leases = leases;
        this.metrics = metrics;
        // From the start, so that the first failure is an increase.
        List.of("renewed", "ended", "failed").forEach(outcome -> metrics.counter(RENEWALS, "outcome", outcome));
    }

    /** A token for calls of the Admin API of a shop. */
    record Access(ShopDomain shop, String token) {

        @Override
        public String toString() {
            return "Access[" + shop.name() + "]";
        }
    }

    /**
     * Connects the store of a shop, and opens it if there is none. May be repeated: each time the store gets a new chain of tokens,
     * because the tokens that it has may have ended with an uninstall of which this server does not know yet.
     */
    public Uni<Outcome<Void>> connect(SessionToken session, String requestId) {
        Author author = new Author("shopify:" + session.shop().name(), requestId);
        return connections
                .open(author, session.shop().name())
                .chain(storeId -> leases.alone(storeId, Leases.Work.TOKENS, () -> connect(author, storeId, session)));
    }

    private Uni<Outcome<Void>> connect(Author author, UUID storeId, SessionToken session) {
        Instant before = Instant.now();
        return endpoint.exchange(session.shop(), session.text())
                .chain(answer -> answer.then(pair -> connections
                        .connect(author, storeId, sealed(storeId, pair), before)
                        .map(connected -> connected
                                ? new Outcome.Done<Void>(null)
                                : Outcome.failed(Reason.DISCONNECTED, "uninstalled meanwhile"))));
    }

    /** A token that is valid for a minute at least, as far as Shopify has said. */
    Uni<Outcome<Access>> of(UUID storeId) {
        return read(
                storeId,
                connection -> connection.fresh()
                        ? Uni.createFrom().item(new Outcome.Done<>(access(connection)))
                        : renew(storeId, current -> !current.fresh()));
    }

    /** Another token than one that Shopify has refused. */
    Uni<Outcome<Access>> other(UUID storeId, Access refused) {
        return renew(storeId, connection -> access(connection).token().equals(refused.token()));
    }

    /** Renews a pair that ends within a month. */
    Uni<Outcome<Access>> keepAlive(UUID storeId) {
        return renew(storeId, ShopConnection::ending);
    }

    /** @param due whether the pair still needs it, when no other process renews it */
    private Uni<Outcome<Access>> renew(UUID storeId, Predicate<ShopConnection> due) {
        return leases.alone(
                storeId,
                Leases.Work.TOKENS,
                () -> read(
                        storeId,
                        connection -> due.test(connection)
                                ? renew(connection)
                                : Uni.createFrom().item(new Outcome.Done<>(access(connection)))));
    }

    private Uni<Outcome<Access>> renew(ShopConnection old) {
        if (old.refreshToken() == null) {
            return end(old, "no refresh token");
        }
        return endpoint.refresh(shop(old), open(old.storeId(), old.refreshToken()))
                .chain(answer -> switch (answer) {
                    case Outcome.Done<TokenEndpoint.Pair>(TokenEndpoint.Pair pair) -> save(old, pair);
                    case Outcome.Failed<TokenEndpoint.Pair>(Failure failure)
                    when failure.reason() == Reason.DISCONNECTED -> end(old, failure.detail());
                    case Outcome.Failed<TokenEndpoint.Pair>(Failure failure) -> {
                        count("failed");
                        LOG.errorf(
                                "The tokens of store %s were not renewed: %s, %s",
                                old.storeId(), failure.reason(), failure.detail());
                        yield Uni.createFrom().item(new Outcome.Failed<Access>(failure));
                    }
                });
    }

    private Uni<Outcome<Access>> save(ShopConnection old, TokenEndpoint.Pair pair) {
        return connections
                .renew(old.storeId(), old.accessToken(), sealed(old.storeId(), pair))
                .chain(saved -> {
                    count("renewed");
                    return saved
                            ? Uni.createFrom()
                                    .<Outcome<Access>>item(
                                            new Outcome.Done<>(new Access(shop(old), pair.accessToken())))
                            : read(old.storeId(), current -> Uni.createFrom()
                                    .item(new Outcome.Done<>(access(current))));
                });
    }

    private Uni<Outcome<Access>> end(ShopConnection old, String why) {
        count("ended");
        LOG.warnf("The tokens of store %s have ended (%s). Its merchant must open the app.", old.storeId(), why);
        return connections
                .disconnect(old.storeId(), old.accessToken())
                .replaceWith(Outcome.failed(Reason.DISCONNECTED, why));
    }

    private Uni<Outcome<Access>> read(UUID storeId, Function<ShopConnection, Uni<Outcome<Access>>> use) {
        if (app.isOff()) {
            return Uni.createFrom().item(Outcome.failed(Reason.OFF, "no client id"));
        }
        return connections
                .find(storeId)
                .chain(found -> found.filter(ShopConnection::isConnected)
                        .map(use)
                        .orElseGet(() -> Uni.createFrom().item(Outcome.failed(Reason.DISCONNECTED, "no tokens"))))
                .onFailure(Sealer.WrongKey.class)
                .recoverWithItem(wrong -> {
                    LOG.errorf("The tokens of a store cannot be used: %s", wrong.getMessage());
                    return Outcome.failed(Reason.DISCONNECTED, "no key opens the tokens");
                });
    }

    private void count(String outcome) {
        metrics.counter(RENEWALS, "outcome", outcome).increment();
    }

    private Access access(ShopConnection connection) {
        return new Access(shop(connection), open(connection.storeId(), connection.accessToken()));
    }

    private static ShopDomain shop(ShopConnection connection) {
        return new ShopDomain(connection.shopDomain());
    }

    /** @throws Sealer.WrongKey also if the text is damaged */
    private String open(UUID storeId, String sealed) {
        Buffer bytes;
        try {
            bytes = Buffer.buffer(Base64.getDecoder().decode(sealed));
        } catch (IllegalArgumentException damaged) {
            bytes = Buffer.buffer();
        }
        return new String(app.tokens().open(storeId, bytes), StandardCharsets.UTF_8);
    }

    private ShopTokens sealed(UUID storeId, TokenEndpoint.Pair pair) {
        return new ShopTokens(
                seal(storeId, pair.accessToken()),
                pair.accessSeconds(),
                pair.refreshToken() == null ? null : seal(storeId, pair.refreshToken()),
                pair.refreshSeconds(),
                pair.scopes());
    }

    private Buffer seal(UUID storeId, String token) {
        return app.tokens().seal(storeId, token.getBytes(StandardCharsets.UTF_8));
    }
}

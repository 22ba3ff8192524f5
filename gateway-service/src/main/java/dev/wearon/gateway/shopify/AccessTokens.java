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

    /** The result of {@link #connect}. */
    public sealed interface Connecting {

        /** @param storeId of the store of the shop */
        record Connected(UUID storeId) implements Connecting {}

        /** Shopify does not accept the session token any more: the page needs a new one. */
        record SessionEnded() implements Connecting {}

        record Failed(Failure failure) implements Connecting {}
    }

    /**
     * Connects the store of a shop, and opens it if there is none. May be repeated: each time the store gets a new chain of tokens,
     * because the tokens that it has may have ended with an uninstall of which this server does not know yet.
     */
    public Uni<Connecting> connect(SessionToken session, String requestId) {
        Author author = new Author("shopify:" + session.shop().name(), requestId);
        return connections.open(author, session.shop().name()).chain(storeId -> leases.alone(
                        storeId, Leases.Work.TOKENS, () -> exchange(author, storeId, session))
                .map(outcome -> switch (outcome) {
                    case Outcome.Done<Connecting>(Connecting connecting) -> connecting;
                    case Outcome.Failed<Connecting>(Failure failure) -> new Connecting.Failed(failure);
                }));
    }

    private Uni<Outcome<Connecting>> exchange(Author author, UUID storeId, SessionToken session) {
        return endpoint.exchange(session.shop(), session.text()).chain(answer -> switch (answer) {
            case TokenEndpoint.Pair pair ->
                connections
                        .connect(author, storeId, sealed(storeId, pair))
                        .replaceWith(new Outcome.Done<>(new Connecting.Connected(storeId)));
            case TokenEndpoint.Refused(String error) -> {
                if (error.equals("invalid_subject_token")) {
                    yield Uni.createFrom().item(new Outcome.Done<>(new Connecting.SessionEnded()));
                }
                LOG.errorf("Shopify refused to connect %s: %s", session.shop().name(), error);
                yield Uni.createFrom().item(Outcome.failed(Reason.REFUSED, error));
            }
            case TokenEndpoint.Unknown() -> Uni.createFrom().item(Outcome.failed(Reason.UNAVAILABLE, "token endpoint"));
        });
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
                    case TokenEndpoint.Pair pair -> save(old, pair);
                    case TokenEndpoint.Refused(String error) -> {
                        if (error.equals("invalid_grant")) {
                            yield end(old, error);
                        }
                        count("failed");
                        LOG.errorf("Shopify refused to renew the tokens of store %s: %s", old.storeId(), error);
                        yield Uni.createFrom().item(Outcome.<Access>failed(Reason.REFUSED, error));
                    }
                    case TokenEndpoint.Unknown() -> {
                        count("failed");
                        yield Uni.createFrom().item(Outcome.<Access>failed(Reason.UNAVAILABLE, "token endpoint"));
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

    private String open(UUID storeId, Buffer sealed) {
        return new String(app.tokens().open(storeId, sealed), StandardCharsets.UTF_8);
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

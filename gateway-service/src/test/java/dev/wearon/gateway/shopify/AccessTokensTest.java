package dev.wearon.gateway.shopify;

import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.sql;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.changelog.Author;
import dev.wearon.gateway.shopify.AccessTokens.Access;
import dev.wearon.gateway.shopify.Failure.Reason;
import dev.wearon.gateway.stores.ShopConnections;
import dev.wearon.gateway.stores.ShopConnections.Uninstalling;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.LogFile;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.http.Problem;
import dev.wearon.sql.Statements;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class AccessTokensTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Inject
    AccessTokens tokens;

    @Inject
    AdminApi api;

    @Inject
    ShopConnections connections;

    @Inject
    TokenEndpoint endpoint;

    @Inject
    ShopifyHttp http;

    @Inject
    ShopifyApp app;

    @Inject
    Statements statements;

    @Inject
    TokenKeepAlive keepAlive;

    @Inject
    MeterRegistry metrics;

    private Merchant merchant;

    @BeforeEach
    void connect() {
        merchant = Merchant.atShopify();
    }

    private String id() {
        return merchant.storeId().toString();
    }

    private Outcome<Access> token() {
        return tokens.of(merchant.storeId()).await().atMost(LIMIT);
    }

    private void expire() {
        sql(
                "UPDATE gateway.stores SET access_token_expires_at = now() + interval '59 seconds' WHERE id = ?::uuid",
                id());
    }

    private String column(String name) {
        return ask("SELECT (" + name + ")::text FROM gateway.stores WHERE id = ?::uuid", id());
    }

    @Test
    void areKeptEncryptedWithBothEnds() {
        String token = ((Outcome.Done<Access>) token()).value().token();
        assertThat(token).startsWith("shpat_");
        assertThat(column("to_jsonb(stores)"))
                .doesNotContain(token)
                .doesNotContain("shpat_")
                .doesNotContain("shprt_");
        assertThat(column(
                        "access_token_expires_at BETWEEN now() + interval '50 minutes' AND now() + interval '1 hour'"))
                .isEqualTo("true");
        assertThat(column("refresh_token_expires_at BETWEEN now() + interval '89 days' AND now() + interval '90 days'"))
                .isEqualTo("true");
        assertThat(column("shopify_scopes")).contains("write_products");
        assertThat(column("installed_at IS NOT NULL AND uninstalled_at IS NULL"))
                .isEqualTo("true");
    }

    /** Connects, and does something after Shopify has given the tokens and before they are saved. */
    private Outcome<Void> connectAnd(Runnable between) {
        var exchange = new TokenEndpoint(http, app) {
            @Override
            Uni<Outcome<Pair>> exchange(ShopDomain shop, String sessionToken) {
                return super.exchange(shop, sessionToken).call(() -> Uni.createFrom()
                        .voidItem()
                        .emitOn(Infrastructure.getDefaultWorkerPool())
                        .invoke(between));
            }
        };
        var session = new SessionToken(
                new ShopDomain(merchant.shopDomain()), FakeServices.shopify().sessionToken(merchant.shopDomain()));
        return new AccessTokens(connections, exchange, app, new Leases(statements), new SimpleMeterRegistry())
                .connect(session, "a-request")
                .await()
                .atMost(LIMIT);
    }

    private Uninstalling uninstall(Instant triggeredAt) {
        return connections
                .uninstall(new Author("shopify", "a-request"), merchant.storeId(), triggeredAt)
                .await()
                .atMost(LIMIT);
    }

    @Test
    void anUninstallBetweenTheExchangeAndTheWriteIsNoneOfBefore() {
        var triggered = new AtomicReference<Instant>();
        assertThat(connectAnd(() -> triggered.set(Instant.now()))).isInstanceOf(Outcome.Done.class);
        assertThat(uninstall(triggered.get())).isInstanceOf(Uninstalling.Uninstalled.class);
        assertThat(column("access_token_encrypted IS NULL AND status = 'inactive'"))
                .isEqualTo("true");
    }

    @Test
    void tokensThatAnUninstallHasRevokedMeanwhileAreNotSaved() {
        assertThat(connectAnd(() -> uninstall(Instant.now())))
                .isInstanceOfSatisfying(
                        Outcome.Failed.class,
                        failed -> assertThat(failed.failure().reason()).isEqualTo(Reason.DISCONNECTED));
        assertThat(column("access_token_encrypted IS NULL AND status = 'inactive'"))
                .isEqualTo("true");
        merchant.connect();
        assertThat(column("status")).isEqualTo("active");
    }

    @Test
    void damagedOnesAreAsThoseOfAnotherKey() {
        sql("UPDATE gateway.stores SET refresh_token_encrypted = '!' WHERE id = ?::uuid", id());
        expire();
        assertDisconnected();
        sql("UPDATE gateway.stores SET access_token_encrypted = 'no Base64' WHERE id = ?::uuid", id());
        assertDisconnected();
        sql("UPDATE gateway.stores SET access_token_expires_at = now() + interval '1 hour' WHERE id = ?::uuid", id());
        assertDisconnected();
        merchant.connect();
        assertThat(token()).isInstanceOf(Outcome.Done.class);
    }

    private void assertDisconnected() {
        assertThat(token()).isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
            assertThat(failed.failure().reason()).isEqualTo(Reason.DISCONNECTED);
            assertThat(failed.failure().problem("").getMessage()).contains("Open the app");
        });
    }

    @Test
    void anotherStoreCannotOpenThem() {
        Merchant other = Merchant.atShopify();
        sql(
                "UPDATE gateway.stores SET access_token_encrypted = (SELECT access_token_encrypted FROM gateway.stores WHERE id ="
                        + " ?::uuid) WHERE id = ?::uuid",
                other.storeId().toString(),
                id());
        assertThat(token()).isInstanceOfSatisfying(Outcome.Failed.class, failed -> assertThat(
                        failed.failure().reason())
                .isEqualTo(Reason.DISCONNECTED));
    }

    @Test
    void aFreshOneIsNotRenewed() {
        String before = column("access_token_encrypted");
        assertThat(token()).isEqualTo(token());
        assertThat(column("access_token_encrypted")).isEqualTo(before);
    }

    @Test
    void racingCallersOfTwoProcessesRenewOnce() {
        expire();
        var counted = new SimpleMeterRegistry();
        List<AccessTokens> processes = List.of(
                new AccessTokens(connections, endpoint, app, new Leases(statements), counted),
                new AccessTokens(connections, endpoint, app, new Leases(statements), counted));
        List<Outcome<Access>> found = Multi.createFrom()
                .iterable(IntStream.range(0, 10).boxed().toList())
                .onItem()
                .transformToUni(i -> processes.get(i % 2).of(merchant.storeId()))
                .merge(10)
                .collect()
                .asList()
                .await()
                .atMost(LIMIT);
        assertThat(found).hasSize(10).allMatch(outcome -> outcome instanceof Outcome.Done);
        assertThat(found.stream().distinct()).hasSize(1);
        assertThat(counted.counter("wearon.shopify.token.renewals", "outcome", "renewed")
                        .count())
                .isEqualTo(1);
        assertThat(api.shop(merchant.storeId()).await().atMost(LIMIT)).isInstanceOf(Outcome.Done.class);
        assertThat(ask("SELECT count(*) FROM gateway.shopify_leases WHERE store_id = ?::uuid", id()))
                .isEqualTo("0");
    }

    @Test
    void oneWithoutAnEndIsUsedUntilShopifyRefusesIt() {
        FakeServices.shopify()
                .find(merchant.shopDomain())
                .orElseThrow()
                .faults()
                .omitFromTokens("expires_in");
        merchant.connect();
        assertThat(column("access_token_expires_at IS NULL")).isEqualTo("true");
        String before = column("access_token_encrypted");
        assertThat(token()).isInstanceOf(Outcome.Done.class);
        assertThat(column("access_token_encrypted")).isEqualTo(before);
        FakeServices.shopify().failNext(merchant.shopDomain(), 401);
        assertThat(api.shop(merchant.storeId()).await().atMost(LIMIT)).isInstanceOf(Outcome.Done.class);
        assertThat(column("access_token_encrypted")).isNotEqualTo(before);
        assertThat(column("access_token_expires_at IS NULL")).isEqualTo("false");
    }

    @Test
    void areNotUsedWithoutAnApp() {
        var off = new ShopifyApp(ShopifyAppTest.config(Map.of()));
        var without = new AccessTokens(connections, endpoint, off, new Leases(statements), new SimpleMeterRegistry());
        assertThat(without.of(merchant.storeId()).await().atMost(LIMIT))
                .isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
                    assertThat(failed.failure().problem("").code()).isEqualTo(Problem.Code.SERVICE_UNAVAILABLE);
                    assertThat(failed.failure().problem("").getMessage()).contains("WEARON_SHOPIFY_CLIENT_ID");
                });
    }

    @Test
    void theLeaseOfADeadProcessEnds() {
        expire();
        sql(
                "INSERT INTO gateway.shopify_leases VALUES (?::uuid, 'tokens', gen_random_uuid(), now() + interval '1 second')",
                id());
        assertThat(token()).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void oneThatTheShopHasEndedIsRenewed() {
        String before = ((Outcome.Done<Access>) token()).value().token();
        // Another chain, as after an exchange whose answer was lost: the known pair does not work any more.
        expire();
        Outcome<Access> renewed = token();
        assertThat(((Outcome.Done<Access>) renewed).value().token()).isNotEqualTo(before);
        assertThat(tokens.other(merchant.storeId(), new Access(new ShopDomain(merchant.shopDomain()), before))
                        .await()
                        .atMost(LIMIT))
                .as("it was renewed already")
                .isEqualTo(renewed);
    }

    @Test
    void endedOnesDisconnectTheStoreUntilTheAppIsOpened() {
        FakeServices.shopify().uninstall(merchant.shopDomain());
        assertThat(api.shop(merchant.storeId()).await().atMost(LIMIT))
                .isInstanceOfSatisfying(Outcome.Failed.class, failed -> {
                    assertThat(failed.failure().reason()).isEqualTo(Reason.DISCONNECTED);
                    assertThat(failed.failure().problem("").getMessage()).contains("Open the app");
                });
        assertThat(column("access_token_encrypted IS NULL AND refresh_token_encrypted IS NULL"))
                .isEqualTo("true");
        merchant.connect();
        assertThat(api.shop(merchant.storeId()).await().atMost(LIMIT)).isInstanceOf(Outcome.Done.class);
    }

    @Test
    void theOneThatEndsWithinAMonthIsKeptAlive() {
        String before = column("refresh_token_encrypted");
        keepAlive.runOnce().await().atMost(LIMIT);
        assertThat(column("refresh_token_encrypted")).isEqualTo(before);
        sql("UPDATE gateway.stores SET refresh_token_expires_at = now() + interval '29 days' WHERE id = ?::uuid", id());
        assertThat(keepAlive.runOnce().await().atMost(LIMIT)).isPositive();
        assertThat(column("refresh_token_encrypted")).isNotEqualTo(before);
        assertThat(column("refresh_token_expires_at > now() + interval '89 days'"))
                .isEqualTo("true");
    }

    @Test
    void thoseThatEndSoonAreCounted() {
        keepAlive.runOnce().await().atMost(LIMIT);
        double before = ending();
        sql("UPDATE gateway.stores SET refresh_token_expires_at = now() + interval '13 days' WHERE id = ?::uuid", id());
        FakeServices.shopify()
                .find(merchant.shopDomain())
                .orElseThrow()
                .faults()
                .tokenStatus(500);
        keepAlive.runOnce().await().atMost(LIMIT);
        assertThat(ending()).isEqualTo(before + 1);
        keepAlive.runOnce().await().atMost(LIMIT);
        assertThat(ending()).as("it was renewed").isEqualTo(before);
    }

    private double ending() {
        return metrics.get("wearon.shopify.tokens.ending").gauge().value();
    }

    @Test
    void areInNoLog() throws Exception {
        expire();
        String token = ((Outcome.Done<Access>) token()).value().token();
        FakeServices.shopify().uninstall(merchant.shopDomain());
        api.shop(merchant.storeId()).await().atMost(LIMIT);
        assertThat(java.nio.file.Files.readString(java.nio.file.Path.of(LogFile.PATH)))
                .contains(id())
                .doesNotContain(token)
                .doesNotContain("shprt_")
                .doesNotContain("shpat_");
    }
}

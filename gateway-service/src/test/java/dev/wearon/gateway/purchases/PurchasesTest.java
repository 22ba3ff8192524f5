package dev.wearon.gateway.purchases;

import static dev.wearon.gateway.testing.FakeServices.credits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.jwt.auth.principal.JWTParser;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class PurchasesTest {

    private static final UUID STORE = UUID.fromString("0193c0de-0000-7000-8000-00000000abcd");
    private static final PurchaseFacts FACTS = new PurchaseFacts(
            "5123456789012345678",
            "shopify:7001",
            "ann@example.com",
            3,
            1,
            new BigDecimal("14.97"),
            "EUR",
            "hook-1",
            false);

    @Inject
    Purchases purchases;

    @Inject
    JWTParser verifier;

    private Recorded record(PurchaseFacts facts) {
        return purchases.record(STORE, facts).await().atMost(Duration.ofSeconds(20));
    }

    @Test
    void tellsTheLedgerAllThatIsKnownAsTheGateway() throws Exception {
        UUID id = UUID.randomUUID();
        credits().answers(200, """
                {"outcome": "processed", "purchase_id": "%s", "status": "completed", "credits": 3, "granted": 2, "returned": 1,
                 "clawed_back": 0, "shortfall": 0, "amount_paid": 14.97, "currency": "EUR", "more": 1}
                """.formatted(id));
        assertThat(record(FACTS))
                .isEqualTo(new Recorded.Booked(
                        Recorded.Outcome.PROCESSED,
                        id,
                        Recorded.Status.COMPLETED,
                        3,
                        2,
                        1,
                        0,
                        0,
                        new BigDecimal("14.97"),
                        "EUR"));
        var seen = credits().onlySeen();
        assertThat(seen.method() + " " + seen.uri()).isEqualTo("POST /internal/v1/stores/" + STORE + "/purchases");
        assertThat(seen.headers().get("X-Request-Id")).isEqualTo("hook-1");
        assertThat(seen.body().toJsonObject()).isEqualTo(new JsonObject("""
                {"order_id": "5123456789012345678", "shopper_ref": "shopify:7001", "shopper_email": "ann@example.com",
                 "credits": 3, "returned": 1, "amount_paid": 14.97, "currency": "EUR", "request_id": "hook-1"}
                """));
        var identity = verifier.parse(seen.headers().get("Authorization").substring("Bearer ".length()));
        assertThat(identity.getIssuer()).isEqualTo("gateway");
        assertThat(identity.getGroups()).isEqualTo(Set.of(Principal.Service.ROLE));
    }

    @Test
    void leavesOutTheShopperWhomNobodyKnows() {
        credits().answers(200, """
                {"outcome": "unclaimed", "purchase_id": "%s", "status": "unclaimed", "credits": 3, "granted": 0, "returned": 0,
                 "clawed_back": 0, "shortfall": 0}
                """.formatted(UUID.randomUUID()));
        var facts = new PurchaseFacts("1", null, null, 3, 0, BigDecimal.ONE, "EUR", "hook-2", true);
        assertThat(record(facts)).isInstanceOfSatisfying(Recorded.Booked.class, booked -> {
            assertThat(booked.outcome()).isEqualTo(Recorded.Outcome.UNCLAIMED);
            assertThat(booked.status()).isEqualTo(Recorded.Status.UNCLAIMED);
        });
        assertThat(credits().onlySeen().body().toJsonObject()).isEqualTo(new JsonObject("""
                {"order_id": "1", "credits": 3, "returned": 0, "amount_paid": 1, "currency": "EUR", "request_id": "hook-2", "test": true}
                """));
    }

    @Test
    void returnsRefusals() {
        credits().answers(422, "{\"code\":\"IDEMPOTENCY_KEY_REUSED\",\"message\":\"Used before.\"}");
        assertThat(record(FACTS)).isEqualTo(new Recorded.KeyReused());
        credits().answers(400, "{\"code\":\"VALIDATION_ERROR\",\"message\":\"credits: too many.\"}");
        assertThat(record(FACTS)).isInstanceOfSatisfying(Recorded.Refused.class, refused -> {
            assertThat(refused.problem().code()).isEqualTo(Problem.Code.VALIDATION_ERROR);
            assertThat(refused.problem().getMessage()).isEqualTo("credits: too many.");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"code\":\"INTERNAL_ERROR\",\"message\":\"It failed.\"}",
                "{\"code\":\"SERVICE_UNAVAILABLE\",\"message\":\"Later.\"}",
                "no json"
            })
    void doesNotKnowWhatAFaultMeans(String body) {
        credits().answers(body.contains("UNAVAILABLE") ? 503 : 500, body);
        assertThat(record(FACTS)).isInstanceOf(Recorded.Unknown.class);
    }

    @Test
    void doesNotKnowWithoutAnAnswer() {
        credits().answers(200, "[");
        assertThat(record(FACTS)).isInstanceOf(Recorded.Unknown.class);
        credits().behavesRaw(request -> {});
        assertThat(record(FACTS)).isInstanceOf(Recorded.Unknown.class);
        credits().whileDown(() -> assertThat(record(FACTS)).isInstanceOf(Recorded.Unknown.class));
    }

    @Test
    void keepsAddressesOutOfLogs() {
        assertThat(FACTS.toString()).contains("5123456789012345678").doesNotContain("ann", "7001");
    }
}

package dev.wearon.gateway.limits;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.keys.Scope;
import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.identity.Principal;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One shopper token cannot use up the limits of its store. */
@QuarkusTest
class TokenWindowsTest {

    private static final String BALANCE = "/api/v1/credits/balance";
    private static final String CREATE = "/api/v1/generation/create";
    private static final String SESSION = "/api/v1/generation/0190a000-0000-7000-8000-000000000000";
    private static final int CALLS = 10;
    private static final int POLLS = 60;

    /** The requests of a growth store in a minute. */
    private static final int OF_STORE = 30;

    @Inject
    BudgetWindows windows;

    private Merchant merchant;
    private String token;

    @BeforeEach
    void onboard() {
        merchant = Merchant.with(Map.of("subscription_tier", "growth"));
        token = merchant.shopperToken(Map.of("shopper_ref", "4711", "max_generations", 2));
        FakeServices.credits().answers(200, "{\"balance\":3}");
        FakeServices.generation().answers(201, "{\"session_id\":\"0190a000-0000-7000-8000-000000000000\"}");
    }

    private Response create(String with) {
        return merchant.shops(with)
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .body("{}")
                .post(CREATE);
    }

    private int leftForTheStore() {
        return Integer.parseInt(merchant.calls().get(BALANCE).header("X-RateLimit-Remaining"));
    }

    /** A widget polls every five seconds while it waits for credits that were bought, and reads once when it opens. */
    @ParameterizedTest
    @ValueSource(strings = {"starter", "growth", "scale", "enterprise"})
    void letAShopperPollItsBalanceWithoutTheBudgetOfTheStore(String tier) {
        merchant = Merchant.with(Map.of("subscription_tier", tier));
        token = merchant.shopperToken(Map.of("shopper_ref", "4711"));
        int before = leftForTheStore();
        for (int poll = 0; poll < 13; poll++) {
            assertThat(merchant.shops(token).get("/api/v1/credits/shopper").statusCode())
                    .isEqualTo(200);
        }
        assertThat(leftForTheStore()).as("only its own read counts").isEqualTo(before - 1);
    }

    /** Also the creates that are refused because the token is used up. */
    @Test
    void limitTheCallsOfOneToken() {
        for (int call = 0; call < CALLS; call++) {
            Response answer = create(token);
            assertThat(answer.statusCode()).isEqualTo(call < 2 ? 201 : 403);
            assertThat(answer.header("RateLimit")).startsWith("\"token\";r=" + (CALLS - 1 - call) + ";");
        }
        int left = leftForTheStore();
        assertThat(left).isEqualTo(OF_STORE - 1 - CALLS - 1);
        for (int more = 0; more < 3; more++) {
            create(token)
                    .then()
                    .spec(refusal(429, "RATE_LIMIT_EXCEEDED"))
                    .header("Retry-After", matchesPattern("[1-9]\\d?"))
                    .header("RateLimit-Policy", "\"minute\";q=30;w=60, \"hour\";q=500;w=3600, \"token\";q=10;w=60")
                    .body(
                            "error.message",
                            startsWith("The limit of 10 requests with this shopper token in a minute is reached."));
        }
        assertThat(leftForTheStore()).isEqualTo(left - 1);
        String another = merchant.shopperToken(Map.of("shopper_ref", "4711"));
        assertThat(create(another).statusCode()).isEqualTo(201);
    }

    @Test
    void limitThePollsOfOneToken() {
        FakeServices.generation().answers(200, "{}");
        for (int poll = 0; poll < POLLS; poll++) {
            assertThat(merchant.shops(token).get(SESSION).statusCode()).isEqualTo(200);
        }
        merchant.shops(token)
                .get(SESSION)
                .then()
                .spec(refusal(429, "RATE_LIMIT_EXCEEDED"))
                .header("RateLimit", startsWith("\"token-polls\";r=0;"))
                .body(
                        "error.message",
                        startsWith("The limit of 60 reads of try-ons with this shopper token in a minute is reached."));
        assertThat(merchant.calls().get(SESSION).header("X-RateLimit-Remaining"))
                .isEqualTo(Integer.toString(20 * OF_STORE - POLLS - 1));
    }

    @Test
    void limitTheImportsOfOneToken() {
        FakeServices.storage().answers(201, "{}");
        for (int call = 0; call < 5; call++) {
            Response answer = merchant.shops(token).body("{}").post("/api/v1/storage/imports");
            assertThat(answer.statusCode()).isEqualTo(201);
            assertThat(answer.header("RateLimit")).startsWith("\"token-imports\";r=" + (4 - call) + ";");
        }
        merchant.shops(token)
                .body("{}")
                .post("/api/v1/storage/imports")
                .then()
                .spec(refusal(429, "RATE_LIMIT_EXCEEDED"))
                .header(
                        "RateLimit-Policy",
                        "\"imports\";q=60;w=60, \"minute\";q=30;w=60, \"hour\";q=500;w=3600, \"token\";q=10;w=60,"
                                + " \"token-imports\";q=5;w=60")
                .body(
                        "error.message",
                        startsWith("The limit of 5 imports of images with this shopper token in a minute is reached."));
        assertThat(create(token).statusCode()).as("other calls go on").isEqualTo(201);
    }

    @Test
    void limitTheImportsOfAStore() {
        Merchant large = Merchant.with(Map.of("subscription_tier", "enterprise"));
        FakeServices.storage().answers(201, "{}");
        for (int call = 0; call < 60; call++) {
            assertThat(large.calls().body("{}").post("/api/v1/storage/imports").statusCode())
                    .isEqualTo(201);
        }
        large.calls()
                .body("{}")
                .post("/api/v1/storage/imports")
                .then()
                .spec(refusal(429, "RATE_LIMIT_EXCEEDED"))
                .body("error.message", startsWith("The limit of 60 imports of images of this store in a minute"));
        assertThat(large.calls().get(BALANCE).statusCode()).isEqualTo(200);
    }

    /** A script may only use keys of one slot; the slices belong to the first window. */
    @ParameterizedTest
    @EnumSource(
            value = Budget.class,
            names = {"CALLS", "CREATE", "IMPORTS", "POLLS"})
    void areOnTheNodeOfTheirStoreAndBehindItsWindows(Budget budget) {
        var terms = new Principal.Terms(
                Principal.BillingMode.ABSORB_MODE,
                Optional.of("scale"),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty());
        var key = new KeyCheck.Valid(
                UUID.randomUUID(),
                UUID.randomUUID(),
                "wk_0123456789abc",
                Scope.DEFAULT,
                Set.of(),
                terms,
                OptionalInt.of(5),
                200);
        var caller = new Principal.ShopperToken(
                UUID.randomUUID(), key.storeId(), Optional.of(key.keyId()), Optional.of("ref:4711"), terms);
        List<Window> chosen = windows.of(budget, key, caller, Optional.empty());
        assertThat(chosen.getFirst().kind().isOfStore()).isTrue();
        assertThat(chosen).allMatch(window -> window.key().startsWith("wearon:limits:{" + key.storeId() + "}:"));
        assertThat(chosen)
                .filteredOn(window -> window.key().endsWith(":" + caller.tokenId()))
                .hasSize(budget == Budget.IMPORTS ? 2 : 1);
        assertThat(chosen).extracting(Window::key).doesNotHaveDuplicates();
    }
}

package dev.wearon.acceptance;

import static dev.wearon.acceptance.WholeSuiteIT.suite;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import dev.wearon.testkit.Await;
import dev.wearon.testkit.Pictures;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Try-ons that shoppers pay for, through the gateway. */
abstract class ResellCases {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final String ANN = "ann@example.com";

    private static final String PURCHASE = """
            SELECT * FROM credits.process_store_shopper_purchase(
                p_store_id => ?::uuid, p_shopper_email => ?, p_shopify_order_id => ?, p_credits => ?::integer,
                p_amount_paid => 4.50, p_currency => 'USD', p_request_id => ?)
            """;

    /** Every credit is accounted for after each test. */
    @AfterEach
    void addsUp() throws IOException {
        report("trial-balance")
                .then()
                .statusCode(200)
                .body("data.overall.differences.values()", everyItem(is(0)))
                .body("data.stores.differences.collectMany { it.values() }", everyItem(is(0)));
        report("check").then().statusCode(200).body("data.disagreements", empty());
    }

    @Nested
    class Refused {

        @Test
        void withoutAUsableShopper() throws Exception {
            Merchant merchant = Merchant.with(suite, "resell_mode", 5);
            String person = merchant.imageUrl(Merchant.PERSON);
            for (Response answer :
                    List.of(merchant.create(List.of(person, person)), create(merchant, "nobody", person))) {
                answer.then()
                        .statusCode(400)
                        .body("error.code", equalTo("VALIDATION_ERROR"))
                        .body("error.message", startsWith("x-shopper-email "));
            }
            merchant.call().get("/api/v1/credits/shopper").then().statusCode(400);
            assertThat(merchant.balance()).isEqualTo(5);
        }

        @Test
        void withoutACreditOfTheShopperAlsoWhenTheStoreHasSome() throws Exception {
            Merchant merchant = Merchant.with(suite, "resell_mode", 5);
            create(merchant, ANN, merchant.imageUrl(Merchant.PERSON))
                    .then()
                    .statusCode(402)
                    .body("error.code", equalTo("INSUFFICIENT_CREDITS"))
                    .body("error.message", startsWith("The shopper "));
            assertThat(creditsOf(merchant, ANN)).isZero();
            assertThat(merchant.balance()).isEqualTo(5);
        }

        @Test
        void forAllOfManyConcurrentCreatesWithAWalletThatDoesNotExist() throws Exception {
            Merchant merchant = Merchant.with(suite, "resell_mode", 5);
            String person = merchant.imageUrl(Merchant.PERSON);
            assertThat(atOnce(8, () -> create(merchant, ANN, person).statusCode()))
                    .containsOnly(402);
            assertThat(merchant.balance()).isEqualTo(5);
        }

        /** The header takes addresses only, and reaches no wallet that is known by the shop system's customer id. */
        @Test
        void withAWalletKeyInPlaceOfAnAddress() throws Exception {
            Merchant merchant = Merchant.with(suite, "resell_mode", 5);
            String person = merchant.imageUrl(Merchant.PERSON);
            String key = suite.query(
                    "SELECT wallet_key FROM credits.identify_shopper(?::uuid, NULL, ?)", merchant.storeId(), "42");
            buys(merchant, key, 3);
            for (String header : List.of(key, " REF:42 ", "ref:42,ref:42")) {
                create(merchant, header, person)
                        .then()
                        .statusCode(400)
                        .body("error.message", startsWith("x-shopper-email "));
                merchant.call()
                        .header("x-shopper-email", header)
                        .get("/api/v1/credits/shopper")
                        .then()
                        .statusCode(400);
            }
            create(merchant, key + "@example.com", person).then().statusCode(402);
            assertThat(creditsOf(merchant, key + "@example.com")).isZero();
            assertThat(suite.query(
                            "SELECT balance FROM credits.store_shopper_credits WHERE store_id = ?::uuid AND shopper_email = ?",
                            merchant.storeId(),
                            key))
                    .isEqualTo("3");
        }
    }

    @Nested
    class Paid {

        @Test
        void byTheShopperAndNotAgainByTheStore() throws Exception {
            Merchant merchant = Merchant.with(suite, "resell_mode", 10);
            buys(merchant, " Ann@Example.COM ", 3);
            assertThat(merchant.balance())
                    .as("the pool paid when the shopper bought")
                    .isEqualTo(7);
            assertThat(creditsOf(merchant, ANN)).isEqualTo(3);

            UUID id = created(create(merchant, ANN, merchant.imageUrl(Merchant.PERSON)));
            JsonPath session = merchant.ended(id);
            assertThat(session.getString("data.status")).isEqualTo("completed");
            given().urlEncodingEnabled(false)
                    .get(session.getString("data.generated_image_url"))
                    .then()
                    .statusCode(200)
                    .contentType("image/jpeg");
            assertThat(creditsOf(merchant, "ANN@example.com ")).isEqualTo(2);
            assertThat(creditsOf(merchant, "bob@example.com")).isZero();
            assertThat(merchant.balance()).isEqualTo(7);

            Merchant another = Merchant.with(suite, "resell_mode", 1);
            assertThat(creditsOf(another, ANN))
                    .as("a wallet belongs to one store")
                    .isZero();
        }

        @Test
        void onceWithTheLastCredit() throws Exception {
            Merchant merchant = Merchant.with(suite, "resell_mode", 1);
            buys(merchant, ANN, 1);
            String person = merchant.imageUrl(Merchant.PERSON);
            List<Integer> answers =
                    atOnce(8, () -> create(merchant, ANN, person).statusCode());
            assertThat(answers).containsOnlyOnce(201).containsOnly(201, 402);
            assertThat(creditsOf(merchant, ANN)).isZero();
        }
    }

    @Nested
    class Released {

        @Test
        void toTheShopperAlsoWhenTheStorePaysByNow() throws Exception {
            Merchant merchant = Merchant.with(suite, "resell_mode", 2);
            buys(merchant, ANN, 1);
            String torn = merchant.imageUrl(Pictures.torn());
            keepTheWorkerBusy();

            UUID id = created(create(merchant, ANN, torn));
            suite.query(
                    "UPDATE gateway.stores SET billing_mode = 'absorb_mode' WHERE id = ?::uuid RETURNING 1",
                    merchant.storeId());
            assertThat(merchant.session(id).getString("data.status"))
                    .as("switched before it failed")
                    .isEqualTo("queued");

            assertThat(merchant.ended(id).getString("data.error_code")).isEqualTo("BAD_IMAGE");
            Await.until(TIMEOUT, () -> creditsOf(merchant, ANN), credits -> credits == 1);
            assertThat(merchant.balance()).isEqualTo(1);
        }
    }

    @Nested
    class WhereTheStorePays {

        @Test
        void recordsTheShopperOfASessionInOneSpellingAndNoInvalidAddress() throws Exception {
            Merchant merchant = Merchant.with(suite, 2);
            String person = merchant.imageUrl(Merchant.PERSON);
            UUID named = created(create(merchant, " Ann@Example.COM ", person));
            UUID unnamed = created(create(merchant, "not an address", person));
            String email = "SELECT shopper_email FROM generation.store_generation_sessions WHERE id = ?::uuid";
            assertThat(suite.query(email, named)).isEqualTo(ANN);
            assertThat(suite.query(email, unnamed)).isNull();
            assertThat(merchant.balance()).isZero();
        }
    }

    private static Response create(Merchant merchant, String shopper, String imageUrl) {
        return merchant.call()
                .header("x-shopper-email", shopper)
                .body(Map.of("age_verified", true, "image_urls", List.of(imageUrl, imageUrl)))
                .post("/api/v1/generation/create");
    }

    private static UUID created(Response answer) {
        return answer.then().statusCode(201).extract().jsonPath().getUUID("data.session_id");
    }

    private static int creditsOf(Merchant merchant, String shopper) {
        return merchant.call()
                .header("x-shopper-email", shopper)
                .get("/api/v1/credits/shopper")
                .then()
                .statusCode(200)
                .extract()
                .path("data.balance");
    }

    /** Requests slow try-ons of several stores. Each store has its turn, so one that comes now stays queued for some seconds. */
    private static void keepTheWorkerBusy() throws Exception {
        byte[] large = Pictures.large(Merchant.PERSON, 1_600);
        List<Merchant> stores = new ArrayList<>();
        List<List<String>> images = new ArrayList<>();
        for (int store = 0; store < 4; store++) {
            stores.add(Merchant.with(suite, 1));
            images.add(
                    List.of(stores.getLast().imageUrl(large), stores.getLast().imageUrl(large)));
        }
        for (int store = 0; store < stores.size(); store++) {
            stores.get(store).created(images.get(store));
        }
    }

    private static Response report(String name) throws IOException {
        return suite.operator().get("/admin/v1/ledger/{name}", name);
    }

    private static void buys(Merchant merchant, String shopper, int credits) throws Exception {
        String order = "order-" + UUID.randomUUID();
        suite.query(PURCHASE, merchant.storeId(), shopper, order, credits, "req-" + order);
    }

    private static <T> List<T> atOnce(int times, Callable<T> call) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(times)) {
            List<T> answers = new ArrayList<>();
            for (Future<T> answer : threads.invokeAll(Collections.nCopies(times, call))) {
                answers.add(answer.get());
            }
            return answers;
        }
    }
}

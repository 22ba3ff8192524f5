package dev.wearon.credits.shoppers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerRows.Wallet;
import dev.wearon.credits.ShopperRows;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Names of shoppers are replaced for ever, and the books still add up. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class RedactedShoppersTest {

    private static final String PSEUDONYM = "ref:redacted:[0-9a-f-]{36}";

    /** Unique, so that the whole schema can be searched for them. */
    private final String id = UUID.randomUUID().toString();

    private final String ann = "ann-" + id + "@shop.example";
    private final String annsRef = "shopify:7" + id;
    private final String bob = "bob-" + UUID.randomUUID() + "@shop.example";

    private UUID store;

    @BeforeEach
    void twoShoppersWithPurchases() {
        store = Calls.storeWith(30);
        buy("1", 4, Map.of("shopper_email", ann)).then().statusCode(200);
        buy("2", 3, Map.of("shopper_email", ann, "shopper_ref", annsRef)).then().statusCode(200);
        buy("3", 5, Map.of("shopper_email", bob)).then().statusCode(200);
        buy("4", 100, Map.of("shopper_email", ann)).then().statusCode(200);
    }

    /** The trial balance and the replays of the ledger, which the operator's check reads. */
    @AfterEach
    void addsUp() throws Exception {
        ShopperRows.assertAddsUp(store);
        assertThat(count("SELECT count(*) FROM credits.disagreements WHERE store_id = '%s'"))
                .isZero();
        assertThat(count("""
                        SELECT sum(abs(value::integer))
                          FROM credits.trial_balance AS line, jsonb_each_text(to_jsonb(line))
                         WHERE line.store_id = '%s' AND key LIKE '%%_difference'
                        """)).isZero();
    }

    private Response buy(String order, int credits, Map<String, ?> shopper) {
        Map<String, Object> body = new HashMap<>(shopper);
        body.putAll(Map.of(
                "order_id",
                order,
                "credits",
                credits,
                "amount_paid",
                4.5,
                "request_id",
                "by-" + shopper.get("shopper_email")));
        return post(store, "purchases", body);
    }

    private static Response post(UUID store, String path, Object body) {
        return Calls.as(TestIdentities.service("gateway"))
                .body(body)
                .post("/internal/v1/stores/{store}/" + path, store);
    }

    private int redact(UUID store, Object shoppers) {
        Map<String, Object> body = new HashMap<>();
        body.put("shoppers", shoppers);
        return post(store, "shoppers/redact", body)
                .then()
                .statusCode(200)
                .extract()
                .path("changed");
    }

    private long count(String query) throws SQLException {
        return LedgerRows.query(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery(query.formatted(store))) {
                row.next();
                return row.getLong(1);
            }
        });
    }

    /** The tables of the schema with a row that contains the text. */
    private static List<String> tablesWith(String text) throws SQLException {
        List<String> found = new ArrayList<>();
        try (Connection connection = LedgerRows.connect();
                Statement statement = connection.createStatement()) {
            List<String> tables = new ArrayList<>();
            ResultSet names = statement.executeQuery("SELECT tablename FROM pg_tables WHERE schemaname = 'credits'");
            while (names.next()) {
                tables.add(names.getString(1));
            }
            for (String table : tables) {
                ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM credits.%s t WHERE strpos(t::text, '%s') > 0".formatted(table, text));
                row.next();
                if (row.getLong(1) > 0) {
                    found.add(table);
                }
            }
        }
        return found;
    }

    private Response charge(String shopper, UUID charge) {
        return Calls.as(TestIdentities.store(store, BillingMode.RESELL_MODE, shopper))
                .body(Map.of("charge_id", charge, "amount", 1, "request_id", "r"))
                .post("/internal/v1/charges");
    }

    @Test
    void tellAllNamesOfAShopper() {
        for (String name : List.of(ann, "ref:" + annsRef)) {
            assertThat(post(store, "shoppers/names", Map.of("shoppers", List.of(name)))
                            .then()
                            .statusCode(200)
                            .extract()
                            .<List<String>>path("shoppers"))
                    .containsExactlyInAnyOrder(ann, "ref:" + annsRef);
        }
        assertThat(post(UUID.randomUUID(), "shoppers/names", Map.of("shoppers", List.of(ann)))
                        .<List<String>>path("shoppers"))
                .as("of another store")
                .isEmpty();
    }

    @Test
    void tellAllNamesOfTheShoppersOfOrders() throws Exception {
        Map<String, Object> body = Map.of("shoppers", List.of(), "orders", List.of("1", "2", "unknown"));
        assertThat(post(store, "shoppers/names", body)
                        .then()
                        .statusCode(200)
                        .extract()
                        .<List<String>>path("shoppers"))
                .containsExactlyInAnyOrder(ann, "ref:" + annsRef);
        assertThat(post(Calls.storeWith(1), "shoppers/names", body).<List<String>>path("shoppers"))
                .as("of another store")
                .isEmpty();
        redact(store, List.of(ann));
        assertThat(post(store, "shoppers/names", body).<List<String>>path("shoppers"))
                .isEmpty();
    }

    @Test
    void loseEveryNameInEveryTable() throws Exception {
        assertThat(tablesWith(ann)).isNotEmpty();
        Map<String, Wallet> before = ShopperRows.wallets(store);

        assertThat(redact(store, List.of("ref:" + annsRef))).isEqualTo(1);

        assertThat(tablesWith(id)).isEmpty();
        Map<String, Wallet> after = ShopperRows.wallets(store);
        assertThat(after).hasSize(2).containsEntry(bob, before.get(bob));
        String pseudonym = after.keySet().stream()
                .filter(key -> !key.equals(bob))
                .findFirst()
                .orElseThrow();
        assertThat(pseudonym).matches(PSEUDONYM);
        assertThat(after.get(pseudonym)).isEqualTo(before.get(ann)).isEqualTo(new Wallet(7, 7, 0));
        assertThat(redact(store, List.of(ann, "ref:" + annsRef))).as("a repeat").isZero();
        assertThat(ShopperRows.wallets(store)).isEqualTo(after);
    }

    @Test
    void areThoseOfTheStoreOnly() throws Exception {
        assertThat(redact(Calls.storeWith(1), List.of(ann))).isZero();
        assertThat(redact(UUID.randomUUID(), List.of(ann))).isZero();
        assertThat(ShopperRows.wallets(store)).containsOnlyKeys(ann, bob);
    }

    @Test
    void loseTheNamesOfTheWholeStore() throws Exception {
        assertThat(redact(store, null)).isEqualTo(2);
        assertThat(tablesWith(id)).isEmpty();
        assertThat(tablesWith(bob)).isEmpty();
        assertThat(redact(store, null)).isZero();
        assertThat(ShopperRows.wallets(store).keySet()).allMatch(key -> key.matches(PSEUDONYM));
    }

    /** A charge of before, a pending purchase and an order that is given back go on under the pseudonym. */
    @Test
    void goOnUnderThePseudonym() throws Exception {
        UUID charge = Calls.newId();
        assertThat(Calls.outcome(charge(ann, charge))).isEqualTo("charged");
        redact(store, List.of(ann));

        assertThat(Calls.outcome(Calls.release(store, charge))).isEqualTo("released");
        Calls.grant(store, "more", 200, "purchase").then().statusCode(201);
        assertThat(count("SELECT count(*) FROM credits.store_shopper_purchases"
                        + " WHERE store_id = '%s' AND status = 'pending'"))
                .isZero();
        Map<String, Object> givenBack = new HashMap<>(
                Map.of("order_id", "1", "credits", 4, "amount_paid", 4.5, "request_id", "r", "returned", 4));
        assertThat(post(store, "purchases", givenBack)
                        .then()
                        .statusCode(200)
                        .extract()
                        .<Integer>path("clawed_back"))
                .isEqualTo(4);
        assertThat(ShopperRows.wallets(store).values()).contains(new Wallet(103, 103, 0));
    }

    @Test
    void doNotComeBackWithTheAddress() throws Exception {
        redact(store, List.of(ann));
        assertThat(Calls.outcome(charge(ann, Calls.newId()))).isEqualTo("insufficient");
        assertThat(Calls.outcome(charge("ref:" + annsRef, Calls.newId()))).isEqualTo("insufficient");

        buy("5", 2, Map.of("shopper_email", ann)).then().statusCode(200);

        assertThat(ShopperRows.wallets(store)).hasSize(3).containsEntry(ann, new Wallet(2, 2, 0));
    }

    /** Who comes back is a new shopper, whom the second pass of the redaction leaves alone. */
    @Test
    void keepWhatTheyBuyAfterTheRequest() throws Exception {
        Instant requested = LedgerRows.query(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT clock_timestamp()")) {
                row.next();
                return row.getTimestamp(1).toInstant();
            }
        });
        Map<String, Object> body = Map.of("shoppers", List.of(ann), "created_before", requested.toString());
        assertThat(post(store, "shoppers/redact", body).<Integer>path("changed"))
                .isEqualTo(1);
        buy("5", 2, Map.of("shopper_email", ann)).then().statusCode(200);

        assertThat(post(store, "shoppers/names", body).<List<String>>path("shoppers"))
                .isEmpty();
        assertThat(post(store, "shoppers/redact", body).<Integer>path("changed"))
                .isZero();
        Map<String, Object> all =
                Map.of("created_before", requested.minusSeconds(600).toString());
        assertThat(post(store, "shoppers/redact", all).<Integer>path("changed")).isZero();
        assertThat(ShopperRows.wallets(store)).hasSize(3).containsEntry(ann, new Wallet(2, 2, 0));
    }

    @Test
    void areReadWithWalletPurchasesAndMovements() {
        Response data = post(store, "shoppers/data", Map.of("shoppers", List.of(ann)));
        assertThat(data.<List<String>>path("wallets.email")).containsExactly(ann);
        assertThat(data.<List<String>>path("wallets.shopper_ref")).containsExactly(annsRef);
        assertThat(data.<List<Integer>>path("wallets.balance")).containsExactly(7);
        assertThat(data.<List<String>>path("purchases.order_id")).containsExactlyInAnyOrder("1", "2", "4");
        assertThat(data.<List<Integer>>path("movements.amount")).containsExactly(3, 4);
        assertThat(data.<Boolean>path("truncated")).isFalse();
    }

    /** Purchases and charges of the shopper at the same time either find the name or do not; nothing is lost. */
    @Test
    void racePurchasesAndCharges() throws Exception {
        List<Callable<Integer>> calls = new ArrayList<>();
        IntStream.range(0, 6).forEach(n -> {
            calls.add(() -> buy("r" + n, 1, Map.of("shopper_email", ann)).statusCode());
            calls.add(() -> charge(ann, Calls.newId()).statusCode());
            calls.add(() -> post(store, "shoppers/redact", Map.of("shoppers", List.of(ann)))
                    .statusCode());
        });
        assertThat(Calls.runTogether(calls)).containsOnly(200);
        redact(store, List.of(ann));
        assertThat(tablesWith(ann)).isEmpty();
    }

    @Test
    void keepTheirPseudonymForEver() throws Exception {
        redact(store, List.of(ann));
        for (String update : List.of(
                "UPDATE credits.store_shoppers SET email = 'x@shop.example' WHERE wallet_key LIKE 'ref:redacted:%%' AND store_id = '%s'",
                "UPDATE credits.store_shopper_credits SET shopper_email = 'x@shop.example' WHERE store_id = '%s'",
                "UPDATE credits.store_shopper_purchases SET shopper_email = 'x@shop.example' WHERE store_id = '%s'",
                "UPDATE credits.store_shoppers SET wallet_key = 'ref:redacted:' || gen_random_uuid() WHERE store_id = '%s'",
                "UPDATE credits.store_shopper_purchases SET credits_purchased = 1,"
                        + " shopper_email = 'ref:redacted:' || gen_random_uuid() WHERE shopify_order_id = '3' AND store_id = '%s'")) {
            assertThatThrownBy(() -> count("WITH changed AS (" + update + " RETURNING 1) SELECT count(*) FROM changed"))
                    .as(update)
                    .hasMessageContaining("is refused");
        }
    }
}

package dev.wearon.credits.purchases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.hamcrest.Matchers.is;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerRows.Wallet;
import dev.wearon.credits.ShopperRows;
import dev.wearon.credits.ShopperRows.Names;
import dev.wearon.credits.ShopperRows.Shopper;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TestIdentities;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A shopper with an address, a reference or both keeps the same wallet for ever. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class ShopperKeysTest {

    private static final String ANN = "ann@shop.example";
    private static final String NEW = "ann@new.example";

    private UUID store;

    @BeforeEach
    void tenCredits() {
        store = Calls.storeWith(10);
    }

    @Nested
    class OfAnAddressAlone {

        @Test
        void isTheNormalisedAddress() throws SQLException {
            Shopper ann = ShopperRows.identify(store, " Ann@SHOP.example ", null);

            assertThat(ann.walletKey()).isEqualTo(ANN);
            assertThat(ShopperRows.identify(store, ANN, null)).isEqualTo(ann);
            assertThat(ShopperRows.shoppers(store)).containsExactly(new Names(ANN, null, ANN));
        }

        @Test
        void isTheKeyOfTheWalletThatAPurchaseOpened() throws SQLException {
            Orders.buy(store, ANN, "1001", 3).then().statusCode(200);

            assertThat(ShopperRows.shoppers(store)).containsExactly(new Names(ANN, null, ANN));
            assertThat(ShopperRows.identify(store, ANN, null).walletKey()).isEqualTo(ANN);
        }

        @Test
        void staysWhenTheShopperGetsAReferenceAndANewAddress() throws SQLException {
            Orders.buy(store, ANN, "1001", 3).then().statusCode(200);
            Shopper ann = ShopperRows.identify(store, ANN, null);

            assertThat(ShopperRows.identify(store, ANN, "42")).isEqualTo(ann);
            assertThat(ShopperRows.identify(store, NEW, "42")).isEqualTo(ann);
            assertThat(ShopperRows.identify(store, null, "42")).isEqualTo(ann);
            assertThat(ShopperRows.identify(store, NEW, null)).isEqualTo(ann);
            assertThat(ShopperRows.identify(store, ANN, null)).isEqualTo(ann);
            assertThat(ShopperRows.shoppers(store)).containsExactly(new Names(NEW, "42", ANN));

            Orders.buy(store, ANN, "1002", 1).then().statusCode(200);
            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of(ANN, new Wallet(4, 4, 0)));
        }

        /** The functions never give a shopper the address that is another shopper's key; direct SQL can. */
        @Test
        void isPreferredToTheSameAddressOfAnotherShopper() throws SQLException {
            ShopperRows.identify(store, null, "43");
            Shopper ann = ShopperRows.identify(store, ANN, null);
            ShopperRows.identify(store, ANN, "42");
            ShopperRows.identify(store, NEW, "42");
            sql("UPDATE credits.store_shoppers SET email = '%s' WHERE store_id = '%s' AND external_ref = '43'"
                    .formatted(ANN, store));

            assertThat(ShopperRows.identify(store, ANN, null)).isEqualTo(ann);
        }

        @Test
        void isSeparateForEachStore() throws SQLException {
            Shopper here = ShopperRows.identify(store, ANN, "42");
            Shopper there = ShopperRows.identify(Calls.newId(), ANN, "42");

            assertThat(there.id()).isNotEqualTo(here.id());
        }
    }

    @Nested
    class OfAReference {

        @Test
        void isTheReferenceWithEveryAddress() throws SQLException {
            Shopper ann = ShopperRows.identify(store, null, "42");

            assertThat(ann.walletKey()).isEqualTo("ref:42");
            assertThat(ShopperRows.identify(store, ANN, "42")).isEqualTo(ann);
            assertThat(ShopperRows.identify(store, ANN, null)).isEqualTo(ann);
            assertThat(ShopperRows.identify(store, NEW, "42")).isEqualTo(ann);
            assertThat(ShopperRows.identify(store, null, "42")).isEqualTo(ann);
            assertThat(ShopperRows.shoppers(store)).containsExactly(new Names(NEW, "42", "ref:42"));
        }

        @Test
        void staysWhenTheAddressMovesToAnotherShopper() throws SQLException {
            Shopper first = ShopperRows.identify(store, ANN, "42");
            Shopper second = ShopperRows.identify(store, ANN, "43");

            assertThat(second.walletKey()).isEqualTo("ref:43");
            assertThat(ShopperRows.identify(store, null, "42")).isEqualTo(first);
            assertThat(ShopperRows.identify(store, ANN, null)).isEqualTo(second);
            assertThat(ShopperRows.shoppers(store))
                    .containsExactlyInAnyOrder(new Names(null, "42", "ref:42"), new Names(ANN, "43", "ref:43"));
        }

        /** The server of the shop may still name that wallet by its address. */
        @Test
        void doesNotTakeAnAddressThatIsTheKeyOfAWallet() throws SQLException {
            Orders.buy(store, ANN, "1001", 3).then().statusCode(200);
            Shopper ann = ShopperRows.identify(store, ANN, "42");

            assertThat(ShopperRows.identify(store, ANN, "43").walletKey()).isEqualTo("ref:43");

            assertThat(ShopperRows.identify(store, ANN, null)).isEqualTo(ann);
            assertThat(ShopperRows.shoppers(store))
                    .containsExactlyInAnyOrder(new Names(ANN, "42", ANN), new Names(null, "43", "ref:43"));
        }

        @Test
        void isThatOfAPurchaseThatNamesOnlyTheAddress() throws SQLException {
            ShopperRows.identify(store, ANN, "42");

            Orders.buy(store, ANN, "1001", 3).then().statusCode(200);

            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of("ref:42", new Wallet(3, 3, 0)));
            assertThat(ShopperRows.shoppers(store)).containsExactly(new Names(ANN, "42", "ref:42"));
        }

        /** The function of the version before does not ask whom an address names. */
        @Test
        void losesTheAddressToAWalletThatIsOpenedForTheAddress() throws SQLException {
            ShopperRows.identify(store, ANN, "42");

            sql("SELECT credits.purchase('%s', '%s', '1001', 3, 1)".formatted(store, ANN));

            assertThat(ShopperRows.identify(store, ANN, null).walletKey()).isEqualTo(ANN);
            assertThat(ShopperRows.identify(store, ANN, "42").walletKey()).isEqualTo("ref:42");
            assertThat(ShopperRows.shoppers(store))
                    .containsExactlyInAnyOrder(new Names(ANN, null, ANN), new Names(null, "42", "ref:42"));
        }

        @Test
        void hasAWalletOfItsOwn() throws SQLException {
            String key = ShopperRows.identify(store, ANN, "42").walletKey();
            sql("SELECT credits.purchase('%s', '%s', '1001', 3, 1)".formatted(store, key));

            Calls.as(TestIdentities.store(store, BillingMode.RESELL_MODE, key))
                    .body(Map.of("charge_id", Calls.newId(), "amount", 1, "request_id", "r"))
                    .post("/internal/v1/charges")
                    .then()
                    .statusCode(200)
                    .body("outcome", is("charged"));

            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of("ref:42", new Wallet(2, 3, 1)));
            ShopperRows.assertAddsUp(store);
        }

        @Test
        void worksInPurchaseDeductAndRefund() throws SQLException {
            ShopperRows.identify(store, ANN, "42");

            sql("SELECT credits.process_store_shopper_purchase('%s', 'ref:42', '1001', 3, 1)".formatted(store));
            sql("SELECT credits.deduct_store_shopper_credits('%s', 'ref:42', 2, 'r', NULL)".formatted(store));
            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of("ref:42", new Wallet(1, 3, 2)));

            refused(
                    "WC001",
                    () -> sql("SELECT credits.refund_store_shopper_credits('%s', 'ref:43', 2, 'r', NULL)"
                            .formatted(store)));
            sql("SELECT credits.refund_store_shopper_credits('%s', 'ref:42', 2, 'r', NULL)".formatted(store));
            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of("ref:42", new Wallet(3, 3, 0)));
            ShopperRows.assertAddsUp(store);
        }

        @Test
        void worksInChargeAndChargeAll() throws SQLException {
            ShopperRows.identify(store, null, "42");
            sql("SELECT credits.purchase('%s', 'ref:42', '1001', 3, 1)".formatted(store));

            sql("SELECT credits.charge('%s', '%s', 1, 'r', NULL, 'ref:42')".formatted(Calls.newId(), store));
            sql("""
                    SELECT credits.charge_all(
                        ARRAY['%s']::UUID[], ARRAY['%s']::UUID[], ARRAY[1], ARRAY['r'], ARRAY[NULL]::TEXT[],
                        ARRAY['ref:42'], ARRAY[NULL]::INTEGER[], ARRAY[NULL]::INTEGER[])
                    """.formatted(Calls.newId(), store));

            assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of("ref:42", new Wallet(1, 3, 2)));
            ShopperRows.assertAddsUp(store);
        }

        /** The gateway accepts only addresses. An address may look like a key and must not reach the wallet of that key. */
        @ParameterizedTest
        @ValueSource(strings = {"ref:42@shop.example", "ref:4@2.example"})
        void isNotReachedByAnAddressThatLooksLikeAKey(String address) throws SQLException {
            sql("SELECT credits.purchase('%s', '%s', '1001', 3, 1)"
                    .formatted(store, ShopperRows.identify(store, null, "42").walletKey()));

            Calls.as(TestIdentities.store(store, BillingMode.RESELL_MODE, address))
                    .get("/api/v1/credits/shopper")
                    .then()
                    .statusCode(200)
                    .body("balance", is(0));
            Calls.as(TestIdentities.store(store, BillingMode.RESELL_MODE, address))
                    .body(Map.of("charge_id", Calls.newId(), "amount", 1, "request_id", "r"))
                    .post("/internal/v1/charges")
                    .then()
                    .body("outcome", is("insufficient"));
            Orders.buy(store, address, "1002", 1).then().statusCode(200);
            assertThat(ShopperRows.wallets(store))
                    .isEqualTo(Map.of("ref:42", new Wallet(3, 3, 0), address, new Wallet(1, 1, 0)));
        }
    }

    @Nested
    class Refuses {

        @ParameterizedTest
        @CsvSource({
            ",",
            "nobody,",
            "a b@c.example,",
            "ref:42,",
            ",''",
            ",A",
            ",-1",
            ",4 2",
            ",ann@shop.example",
            ",\u00e9",
            "nobody,42",
            "ann@shop.example,''"
        })
        void invalidNames(String email, String externalRef) {
            refused("22023", () -> ShopperRows.identify(store, email, externalRef));
        }

        @Test
        void aReferenceOfMoreThan128Characters() throws SQLException {
            assertThat(ShopperRows.identify(store, null, "a".repeat(128)).walletKey())
                    .isEqualTo("ref:" + "a".repeat(128));
            refused("22023", () -> ShopperRows.identify(store, null, "a".repeat(129)));
        }

        @ParameterizedTest
        @ValueSource(strings = {"ref:99", "ref:ann"})
        void aPurchaseForAnUnknownReference(String key) throws SQLException {
            refused("23503", () -> sql("SELECT credits.purchase('%s', '%s', '1001', 3, 1)".formatted(store, key)));
            assertThat(ShopperRows.wallets(store)).isEmpty();
        }

        /** The functions do not normalise keys, and refuse text that is neither an address nor a key. */
        @ParameterizedTest
        @ValueSource(strings = {"nobody", "42", "ref:", "REF:42", " ref:42", "ref:-1", "ref:4 2", "ref:42,ref:43"})
        void invalidKeys(String key) throws SQLException {
            ShopperRows.identify(store, null, "42");

            refused(
                    "22023",
                    () -> sql("SELECT credits.process_store_shopper_purchase('%s', '%s', '1001', 3, 1)"
                            .formatted(store, key)));
            refused(
                    "22023",
                    () -> sql("SELECT credits.deduct_store_shopper_credits('%s', '%s', 1, 'r', NULL)"
                            .formatted(store, key)));
            refused(
                    "22023",
                    () -> sql("SELECT credits.refund_store_shopper_credits('%s', '%s', 1, 'r', NULL)"
                            .formatted(store, key)));
        }
    }

    /** Constraints and triggers protect the key from direct SQL. */
    @Nested
    class IsProtected {

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "WC007 | UPDATE credits.store_shoppers SET wallet_key = 'ref:43' WHERE external_ref = '42'",
                    "WC007 | UPDATE credits.store_shoppers SET external_ref = '43' WHERE external_ref = '42'",
                    "WC007 | UPDATE credits.store_shoppers SET external_ref = NULL WHERE external_ref = '42'",
                    "23514 | UPDATE credits.store_shoppers SET email = 'x@y.z' WHERE external_ref IS NULL",
                    "23514 | UPDATE credits.store_shoppers SET email = NULL WHERE external_ref IS NULL",
                    "23514 | UPDATE credits.store_shoppers SET email = 'Ann@Y.z' WHERE external_ref = '42'",
                    "23505 | UPDATE credits.store_shoppers SET email = 'bob@shop.example' WHERE external_ref = '42'",
                    "23503 | DELETE FROM credits.store_shoppers WHERE external_ref = '42'",
                    "WC007 | UPDATE credits.store_shopper_credits SET shopper_email = 'bob@shop.example'",
                    "23503 | INSERT INTO credits.store_shopper_credits (store_id, shopper_email) SELECT store_id, 'ref:7'",
                    "23514 | INSERT INTO credits.store_shoppers (store_id, external_ref) SELECT store_id, 'a@b.c'",
                    "23502 | INSERT INTO credits.store_shoppers (store_id) SELECT store_id"
                })
        void fromDirectSql(String sqlState, String statement) throws SQLException {
            sql("SELECT credits.purchase('%s', '%s', '1001', 3, 1)"
                    .formatted(store, ShopperRows.identify(store, ANN, "42").walletKey()));
            Orders.buy(store, "bob@shop.example", "1002", 1).then().statusCode(200);
            String ofThisStore = statement.startsWith("INSERT")
                    ? " FROM credits.store_credits WHERE store_id = '%s'".formatted(store)
                    : (statement.contains("WHERE") ? " AND" : " WHERE") + " store_id = '%s'".formatted(store);

            refused(sqlState, () -> sql(statement + ofThisStore));
        }

        @Test
        void evenIfAnInsertNamesAnotherKey() throws SQLException {
            sql("""
                    INSERT INTO credits.store_shoppers (store_id, email, external_ref, wallet_key)
                    VALUES ('%1$s', NULL, '42', 'bob@shop.example'), ('%1$s', '%2$s', NULL, 'ref:43')
                    """.formatted(store, ANN));

            assertThat(ShopperRows.shoppers(store))
                    .containsExactlyInAnyOrder(new Names(null, "42", "ref:42"), new Names(ANN, null, ANN));
        }
    }

    private interface Statement {
        void run() throws SQLException;
    }

    private static void refused(String sqlState, Statement statement) {
        assertThatThrownBy(statement::run)
                .asInstanceOf(type(SQLException.class))
                .extracting(SQLException::getSQLState)
                .isEqualTo(sqlState);
    }

    private static void sql(String statement) throws SQLException {
        try (Connection connection = LedgerRows.connect()) {
            connection.createStatement().execute(statement);
        }
    }
}

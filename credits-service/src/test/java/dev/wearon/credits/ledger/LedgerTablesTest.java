package dev.wearon.credits.ledger;

import static dev.wearon.credits.ledger.LedgerSql.refused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerRows.Wallet;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.SQLException;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** PostgreSQL itself refuses invalid rows. The expected tables, indexes, triggers and functions exist. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class LedgerTablesTest {

    private static final String ROW_IS_IMMUTABLE = "WC007";
    private static final String CHECK_VIOLATED = "23514";
    private static final String NOT_UNIQUE = "23505";
    private static final String OWN_TABLES = """
            FROM pg_class t
           WHERE t.relnamespace = 'credits'::regnamespace AND t.relkind = 'r' AND t.relname <> 'flyway_schema_history'
            """;

    @Inject
    DataSource credits;

    private LedgerSql sql;

    private final UUID store = Calls.newId();

    @BeforeEach
    void tenCredits() throws SQLException {
        sql = new LedgerSql(credits);
        sql.call("SELECT credits.add_store_credits(?, 10, 'purchase', 'top-up', 'ten to begin with')", store);
    }

    @Nested
    class Schema {

        @ParameterizedTest
        @CsvSource({
            "stores,'created_at,id,test,updated_at'",
            "store_credits,'balance,id,spent_today,store_id,total_purchased,total_spent,updated_at'",
            "store_credit_transactions,'amount,balance_after,created_at,entry_no,id,request_id,store_id,type'",
            "store_shoppers,'created_at,id,store_id,updated_at,wallet_key'",
            "store_shopper_credits,'balance,created_at,id,shopper_email,store_id,total_purchased,total_spent,updated_at'",
            "store_shopper_purchases,"
                    + "'amount_paid,clawed_back,created_at,credits_purchased,currency,id,returned,shopify_order_id,status,store_id,"
                    + "withheld'",
            "store_shopper_credit_transactions,"
                    + "'amount,balance_after,created_at,entry_no,id,request_id,store_id,type,wallet_id'"
        })
        void hasItsColumns(String table, String columns) throws SQLException {
            assertThat(sql.call("""
                    SELECT string_agg(attname, ',' ORDER BY attname) FROM pg_attribute
                     WHERE attrelid = ('credits.' || ?)::regclass AND attnum > 0 AND NOT attisdropped AND attnotnull
                    """, table)).isEqualTo(columns);
        }

        @Test
        void hasItsForeignKeys() throws SQLException {
            assertThat(sql.texts("""
                    SELECT conrelid::regclass || ' -> ' || confrelid::regclass FROM pg_constraint
                     WHERE contype = 'f' AND connamespace = 'credits'::regnamespace AND convalidated
                    """))
                    .contains(
                            "store_credits -> stores",
                            "store_credit_transactions -> stores",
                            "store_shoppers -> stores",
                            "store_shopper_credits -> stores",
                            "store_shopper_credits -> store_shoppers",
                            "store_shopper_credit_transactions -> stores",
                            "store_shopper_credit_transactions -> store_shopper_credits",
                            "store_shopper_purchases -> store_shopper_credits",
                            "store_overage -> stores");
        }

        @ParameterizedTest
        @CsvSource({
            "idx_store_credit_transactions_store_id,false",
            "idx_store_credit_transactions_created_at,false",
            "store_credits_store_id_key,true",
            "store_shoppers_email_key,true",
            "store_shoppers_external_ref_key,true",
            "store_shoppers_wallet_key_key,true",
            "idx_store_shopper_credits_store_email,true",
            "idx_store_shopper_purchases_store_id,false",
            "idx_store_shopper_purchases_order_id,true"
        })
        void hasItsIndexes(String index, boolean unique) throws SQLException {
            assertThat(sql.call(
                            "SELECT indisunique FROM pg_index WHERE indexrelid = ('credits.' || ?)::regclass AND indisvalid",
                            index))
                    .isEqualTo(unique);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "stores.on_store_created",
                    "stores.update_stores_updated_at",
                    "store_credits.update_store_credits_updated_at",
                    "store_shopper_credits.update_store_shopper_credits_updated_at"
                })
        void hasItsTriggers(String tableAndTrigger) throws SQLException {
            assertThat(sql.texts("""
                    SELECT c.relname || '.' || t.tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
                     WHERE c.relnamespace = 'credits'::regnamespace AND t.tgenabled = 'O'
                    """)).contains(tableAndTrigger);
        }

        @ParameterizedTest
        @CsvSource({
            "deduct_store_credits,'p_store_id uuid, p_amount integer, p_request_id text, p_description text',boolean",
            "refund_store_credits,'p_store_id uuid, p_amount integer, p_request_id text, p_description text',void",
            "handle_new_store,'',trigger"
        })
        void hasItsFunctions(String name, String parameters, String result) throws SQLException {
            assertThat(sql.texts("""
                    SELECT pg_get_function_arguments(oid) || ' -> ' || pg_get_function_result(oid) FROM pg_proc
                     WHERE pronamespace = 'credits'::regnamespace AND proname = ?
                    """, name)).containsExactly(parameters + " -> " + result);
        }

        @Test
        void hasCommentsOnTablesAndFunctions() throws SQLException {
            assertThat(sql.texts("SELECT t.relname " + OWN_TABLES + " AND obj_description(t.oid, 'pg_class') IS NULL"))
                    .isEmpty();
            assertThat(sql.texts("""
                    SELECT oid::regprocedure::TEXT FROM pg_proc
                     WHERE pronamespace = 'credits'::regnamespace AND obj_description(oid, 'pg_proc') IS NULL
                    """)).isEmpty();
        }

        @Test
        void usesSnakeCaseAndTimestamptz() throws SQLException {
            String columns = """
                    SELECT t.relname || '.' || a.attname || ' ' || format_type(a.atttypid, NULL)
                    """;
            String all = OWN_TABLES.replace(
                    "FROM pg_class t",
                    "FROM pg_class t JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped");

            assertThat(sql.texts(columns + all)).hasSizeGreaterThan(50);
            assertThat(sql.texts(columns + all + "AND t.relname || a.attname !~ '^[a-z][a-z0-9_]*$'"))
                    .isEmpty();
            assertThat(sql.texts(columns + all
                            + "AND (a.attname ~ '_at$' OR format_type(a.atttypid, NULL) ~ '^time')"
                            + " AND format_type(a.atttypid, NULL) <> 'timestamp with time zone'"))
                    .isEmpty();
        }
    }

    @Nested
    class Wallets {

        @Test
        void openAtZeroWhenAStoreIsInserted() throws SQLException {
            UUID created = Calls.newId();

            sql.execute("INSERT INTO credits.stores (id) VALUES (?)", created);

            assertThat(LedgerRows.wallet(created)).isEqualTo(new Wallet(0, 0, 0));
        }

        @Test
        void areRefusedBelowZero() {
            refused(
                    CHECK_VIOLATED,
                    () -> sql.execute(
                            "UPDATE credits.store_credits SET balance = -1, total_spent = 11 WHERE store_id = ?",
                            store));
        }

        @Test
        void areRefusedWhenTheyDoNotAddUp() {
            refused(
                    CHECK_VIOLATED,
                    () -> sql.execute("UPDATE credits.store_credits SET balance = 99 WHERE store_id = ?", store));
        }

        @Test
        void setUpdatedAt() throws SQLException {
            String updatedAt =
                    "SELECT updated_at > now() - interval '1 minute' FROM credits.store_credits WHERE store_id = ?";
            sql.execute(
                    "UPDATE credits.store_credits SET updated_at = now() - interval '1 day' WHERE store_id = ?", store);

            assertThat(sql.call(updatedAt, store)).isEqualTo(true);
        }
    }

    @Nested
    class Rows {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "UPDATE credits.store_credit_transactions SET amount = 1000000 WHERE type = 'purchase'",
                    "DELETE FROM credits.store_credit_transactions",
                    "TRUNCATE credits.store_credit_transactions",
                    "TRUNCATE credits.stores CASCADE",
                    "DELETE FROM credits.charges",
                    "TRUNCATE credits.charges"
                })
        void cannotBeChanged(String statement) throws SQLException {
            refused(ROW_IS_IMMUTABLE, () -> sql.execute(statement));

            LedgerRows.assertAddsUp(store);
        }

        @Test
        void ofChargesKeepTheirIssuer() {
            UUID charge = Calls.newId();
            Calls.charge(store, charge, 1).then().statusCode(200);

            for (String another : new String[] {"'b2c'", "NULL"}) {
                refused(
                        ROW_IS_IMMUTABLE,
                        () -> sql.execute(
                                "UPDATE credits.charges SET status = 'released', released_at = now(), issuer = "
                                        + another + " WHERE id = ?",
                                charge));
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"B2B", "", "2b", "b2b b2c"})
        void ofChargesHaveAValidIssuerName(String issuer) {
            refused(
                    CHECK_VIOLATED,
                    () -> sql.call(
                            "SELECT credits.charge(?, ?, 1, 'r', NULL, p_issuer => ?)", Calls.newId(), store, issuer));
        }

        @Test
        void ofTheLedgerAreNotDeletedWithTheirStore() {
            assertThatThrownBy(() -> sql.execute("DELETE FROM credits.stores WHERE id = ?", store))
                    .isInstanceOf(SQLException.class);
        }

        @Test
        void areUniquePerChargeAndType() throws SQLException {
            sql.call("SELECT credits.deduct_store_credits(?, 1, 'req-1', NULL)", store);

            refused(NOT_UNIQUE, () -> sql.execute("""
                    INSERT INTO credits.store_credit_transactions (store_id, amount, type, charge_id, request_id, balance_after)
                    SELECT store_id, amount, type, charge_id, 'another', balance_after
                      FROM credits.store_credit_transactions WHERE store_id = ? AND type = 'deduction'
                    """, store));
        }

        @Test
        void ofGrantsAreUniquePerRequestAndType() {
            refused(NOT_UNIQUE, () -> sql.execute("""
                    INSERT INTO credits.store_credit_transactions (store_id, amount, type, request_id, balance_after)
                    VALUES (?, 1, 'purchase', 'top-up', 11)
                    """, store));
        }

        @ParameterizedTest
        @ValueSource(strings = {"'bonus', 1", "'deduction', 1", "'purchase', -1", "'overage', -1"})
        void haveAKnownTypeAndMatchingSign(String typeAndAmount) {
            refused(CHECK_VIOLATED, () -> sql.execute("""
                    INSERT INTO credits.store_credit_transactions (store_id, type, amount, request_id, balance_after)
                    VALUES (?, %s, 'req-1', 10)
                    """.formatted(typeAndAmount), store));
        }
    }

    @Nested
    class Purchases {

        private static final String PURCHASE = """
                SELECT b.purchase_id FROM credits.record_purchase(?, 'ann@shop.example', NULL, ?, 3, ?, 1, 'EUR', 'r') b
                """;

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "returned = 0",
                    "clawed_back = 0",
                    "withheld = 0",
                    "withheld = 2",
                    "completed_at = now()",
                    "status = 'pending', completed_at = NULL",
                    "status = 'returned', completed_at = NULL, returned = 3",
                    "shopper_email = NULL",
                    "shopper_email = 'bob@shop.example'",
                    "credits_purchased = 4",
                    "amount_paid = 2",
                    "shopify_order_id = 'another'"
                })
        void goForwardOnly(String change) throws SQLException {
            Object purchase = sql.call(PURCHASE, store, "1001", 1);
            sql.call(PURCHASE, store, "1001", 2);

            refused(
                    ROW_IS_IMMUTABLE,
                    () -> sql.execute(
                            "UPDATE credits.store_shopper_purchases SET " + change + " WHERE id = ?", purchase));
        }

        @ParameterizedTest
        @ValueSource(strings = {"returned = 4", "returned = 3, clawed_back = 3", "clawed_back = 2"})
        void giveBackAndLoseNoMoreThanTheyAre(String change) throws SQLException {
            Object purchase = sql.call(PURCHASE, store, "1001", 1);

            refused(
                    CHECK_VIOLATED,
                    () -> sql.execute(
                            "UPDATE credits.store_shopper_purchases SET " + change + " WHERE id = ?", purchase));
        }

        @Test
        void thatAreReturnedStay() throws SQLException {
            Object purchase = sql.call(PURCHASE, store, "1001", 3);

            refused(ROW_IS_IMMUTABLE, () -> sql.execute("""
                            UPDATE credits.store_shopper_purchases SET status = 'completed', completed_at = now() WHERE id = ?
                            """, purchase));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "'clawback', 1, NULL, NULL",
                    "'clawback', -1, NULL, '00000000-0000-7000-8000-000000000001'",
                    "'clawback', 1, '00000000-0000-7000-8000-000000000001', '00000000-0000-7000-8000-000000000001'"
                })
        void areClawedBackOnlyByAMatchingMovement(String row) {
            refused(CHECK_VIOLATED, () -> sql.execute("""
                    INSERT INTO credits.store_credit_transactions
                                (store_id, type, amount, charge_id, purchase_id, request_id, balance_after)
                    VALUES (?, %s, 'req-1', 10)
                    """.formatted(row), store));
        }
    }
}

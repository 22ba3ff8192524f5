package dev.wearon.credits.purchases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerRows.Wallet;
import dev.wearon.credits.ShopperRows;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls process_store_shopper_purchase in SQL, with the role of the service. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class PurchaseFunctionTest {

    @Inject
    DataSource credits;

    private UUID store;

    @BeforeEach
    void tenCredits() {
        store = Calls.storeWith(10);
    }

    @Test
    void returnsThePurchase() throws SQLException {
        List<String> row = process("' Ann@Shop.example ', '1001', 4, 7.50");

        String id = ShopperRows.purchases(store).getFirst().id().toString();
        assertThat(row)
                .containsExactly("processed", id, store.toString(), "ann@shop.example", "1001", "4", "7.50", "USD");
        assertThat(ShopperRows.poolMovements(store).getFirst().requestId()).isEqualTo("1001");
        assertThat(ShopperRows.movements(store).getFirst().requestId()).isEqualTo("1001");
    }

    @Test
    void writesTheRequestIdToBothLedgers() throws SQLException {
        process("'ann@shop.example', '1001', 4, 7.50, 'EUR', 'req-7'");

        assertThat(ShopperRows.poolMovements(store).getFirst().requestId()).isEqualTo("req-7");
        assertThat(ShopperRows.movements(store).getFirst().requestId()).isEqualTo("req-7");
    }

    @Test
    void returnsDuplicateAndTheFirstPurchaseForAKnownOrder() throws SQLException {
        List<String> first = process("'ann@shop.example', '1001', 4, 7.50, 'EUR'");

        List<String> again = process("'ANN@shop.example', '1001', 4, 9, 'USD', 'another'");

        assertThat(again.getFirst()).isEqualTo("duplicate");
        assertThat(again.subList(1, 8)).isEqualTo(first.subList(1, 8));
        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(6, 10, 4));
    }

    @Test
    void returnsInsufficientForAPendingPurchase() throws SQLException {
        assertThat(process("'ann@shop.example', '1001', 11, 7.50").getFirst()).isEqualTo("insufficient");
        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(10, 10, 0));

        read("SELECT credits.add_store_credits('%s', 1, 'purchase', 'more', NULL)".formatted(store));

        assertThat(process("'ann@shop.example', '1001', 11, 7.50").getFirst()).isEqualTo("duplicate");
        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(0, 11, 11));
        ShopperRows.assertAddsUp(store);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'bob@shop.example', '1001', 4, 7.50", "'ann@shop.example', '1001', 5, 7.50"})
    void raisesForAnotherShopperOrOtherCreditsUnderAKnownOrder(String other) throws SQLException {
        process("'ann@shop.example', '1001', 4, 7.50");

        refused("WC004", other);

        assertThat(LedgerRows.wallet(store)).isEqualTo(new Wallet(6, 10, 4));
        assertThat(ShopperRows.wallets(store)).hasSize(1);
    }

    @Test
    void raisesWhenTheShoppersWalletIsFull() throws SQLException {
        process("'ann@shop.example', '1001', 1, 0");

        refused("WC006", "'ann@shop.example', '1002', 2147483647, 0");

        assertThat(ShopperRows.purchases(store)).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NULL, '1001', 4, 1",
                "'', '1001', 4, 1",
                "'nobody', '1001', 4, 1",
                "'a b@c.example', '1001', 4, 1",
                "'a@b.example', NULL, 4, 1",
                "'a@b.example', '', 4, 1",
                "'a@b.example', repeat('1', 65), 4, 1",
                "'a@b.example', '1001', NULL, 1",
                "'a@b.example', '1001', 0, 1",
                "'a@b.example', '1001', -4, 1",
                "'a@b.example', '1001', 4, NULL",
                "'a@b.example', '1001', 4, -1",
                "'a@b.example', '1001', 4, 'NaN'",
                "'a@b.example', '1001', 4, 'Infinity'",
                "'a@b.example', '1001', 4, 1.001",
                "'a@b.example', '1001', 4, 1, 'usd'",
                "'a@b.example', '1001', 4, 1, NULL",
                "'a@b.example', '1001', 4, 1, 'USD', ''",
                "repeat('a', 249) || '@b.cde', '1001', 4, 1"
            })
    void raisesForInvalidArguments(String arguments) throws SQLException {
        refused("22023", arguments);

        assertThat(ShopperRows.purchases(store)).isEmpty();
        assertThat(ShopperRows.wallets(store)).isEmpty();
    }

    private List<String> process(String arguments) throws SQLException {
        return read("SELECT * FROM credits.process_store_shopper_purchase('%s', %s)".formatted(store, arguments));
    }

    private void refused(String sqlState, String arguments) {
        assertThatThrownBy(() -> process(arguments))
                .asInstanceOf(type(SQLException.class))
                .extracting(SQLException::getSQLState)
                .isEqualTo(sqlState);
    }

    private List<String> read(String sql) throws SQLException {
        try (Connection connection = credits.getConnection()) {
            ResultSet row = connection.createStatement().executeQuery(sql);
            row.next();
            List<String> columns = new ArrayList<>();
            for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                columns.add(row.getString(i));
            }
            return columns;
        }
    }
}

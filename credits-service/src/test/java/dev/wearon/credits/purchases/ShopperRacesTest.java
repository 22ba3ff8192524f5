package dev.wearon.credits.purchases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerRows;
import dev.wearon.credits.LedgerRows.Wallet;
import dev.wearon.credits.ShopperRows;
import dev.wearon.credits.ShopperRows.Names;
import dev.wearon.credits.ShopperRows.Shopper;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

/** Sends concurrent calls for shoppers with an address, a reference or both. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class ShopperRacesTest {

    private static final String ANN = "ann@shop.example";
    private static final String BOB = "bob@shop.example";

    /** The first call decides the key; all calls return it. */
    @RepeatedTest(3)
    void areOneShopperWithTwoNames() throws Exception {
        UUID store = Calls.storeWith(1);
        List<Callable<Shopper>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            calls.add(() -> ShopperRows.identify(store, ANN, null));
            calls.add(() -> ShopperRows.identify(store, ANN, "42"));
        }
        Collections.shuffle(calls);

        List<Shopper> answers = Calls.runTogether(calls);

        assertThat(new HashSet<>(answers)).hasSize(1);
        String key = answers.getFirst().walletKey();
        assertThat(key).isIn(ANN, "ref:42");
        assertThat(ShopperRows.shoppers(store)).containsExactly(new Names(ANN, "42", key));
    }

    @RepeatedTest(2)
    void haveOneWalletAfterConcurrentFirstPurchases() throws Exception {
        UUID store = Calls.storeWith(100);
        List<Callable<Integer>> calls = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String order = "o" + i;
            calls.add(() -> Orders.buy(store, ANN, order, 1).statusCode());
            calls.add(() -> {
                ShopperRows.identify(store, ANN, null);
                return 200;
            });
        }

        assertThat(Calls.runTogether(calls)).containsOnly(200);

        assertThat(ShopperRows.shoppers(store)).containsExactly(new Names(ANN, null, ANN));
        assertThat(ShopperRows.wallets(store)).isEqualTo(Map.of(ANN, new Wallet(8, 8, 0)));
        ShopperRows.assertAddsUp(store);
    }

    @Test
    void areFoundWithoutTheLockOfThePoolOnceTheyAreKnown() throws Exception {
        UUID store = Calls.storeWith(1);
        Shopper ann = ShopperRows.identify(store, ANN, "42");
        try (Connection busy = LedgerRows.connect()) {
            busy.setAutoCommit(false);
            busy.createStatement()
                    .execute("SELECT FROM credits.store_credits WHERE store_id = '%s' FOR UPDATE".formatted(store));
            List<Shopper> answers = assertTimeoutPreemptively(
                    Duration.ofSeconds(20),
                    () -> List.of(
                            ShopperRows.identify(store, ANN, null),
                            ShopperRows.identify(store, ANN, "42"),
                            ShopperRows.identify(store, null, "42")));
            assertThat(answers).containsOnly(ann);
        }
    }

    /** Also while the address joins a reference: a purchase opens no second wallet. */
    @RepeatedTest(3)
    void haveOneWalletForTheirAddressAndTheirReference() throws Exception {
        UUID store = Calls.storeWith(100);
        List<Callable<String>> calls = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String order = "o" + i;
            calls.add(() -> Calls.outcome(Orders.buy(store, ANN, order, 1)));
            calls.add(() -> ShopperRows.identify(store, ANN, "42").walletKey());
        }
        Collections.shuffle(calls);

        assertThat(Calls.runTogether(calls)).contains("processed");

        assertThat(ShopperRows.wallets(store).values()).containsExactly(new Wallet(6, 6, 0));
        assertThat(ShopperRows.shoppers(store)).hasSize(1);
    }

    /** Two shoppers exchange their addresses repeatedly. Another lock order would deadlock. */
    @RepeatedTest(2)
    void keepTheirKeysWhileTheyExchangeAddresses() throws Exception {
        UUID store = Calls.storeWith(100);
        List<Callable<String>> calls = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            String order = "o" + i;
            calls.add(() -> ShopperRows.identify(store, ANN, "42").walletKey());
            calls.add(() -> ShopperRows.identify(store, BOB, "42").walletKey());
            calls.add(() -> ShopperRows.identify(store, BOB, "43").walletKey());
            calls.add(() -> ShopperRows.identify(store, ANN, "43").walletKey());
            calls.add(() -> Calls.outcome(Orders.buy(store, "eve" + order + "@shop.example", order, 1)));
        }
        Collections.shuffle(calls);

        assertThat(new HashSet<>(Calls.runTogether(calls))).containsExactlyInAnyOrder("ref:42", "ref:43", "processed");

        assertThat(ShopperRows.shoppers(store))
                .filteredOn(names -> names.externalRef() != null)
                .extracting(Names::walletKey)
                .containsExactlyInAnyOrder("ref:42", "ref:43");
    }
}

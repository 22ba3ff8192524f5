package dev.wearon.demo;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.local.suite.DemoShop.Customer;
import dev.wearon.local.suite.DemoShop.Shop;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.PublicApi;
import dev.wearon.local.suite.RunFile;
import dev.wearon.processes.Ports;
import dev.wearon.testkit.ShopifyServer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** At the real stand-in, with a fake gateway. */
class ShopSetupTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final SampleShop SHOP = SampleShop.ALL.getFirst();

    @TempDir
    Path folder;

    private Layout layout;
    private FakeGateway gateway;
    private PublicApi api;
    private StandIn standIn;
    private ShopifyServer program;
    private Process process;

    @BeforeEach
    void start() throws Exception {
        layout = new Layout(folder, folder, Ports.freeRange(Layout.PORTS + 2));
        gateway = new FakeGateway();
        api = new PublicApi(gateway.url());
        program = new ShopifyServer(layout.shopPort(), "app", "secret");
        startProgram();
        standIn = new StandIn(layout.shopUrl());
    }

    private void startProgram() throws Exception {
        process = program.start(folder.resolve("shopify.log"), TIMEOUT);
    }

    @AfterEach
    void stop() throws Exception {
        program.stop(process.toHandle(), TIMEOUT);
        standIn.close();
        api.close();
        gateway.close();
    }

    /** The gateway would make a product of its own for the credits; any one will do. */
    private Shop setUp(SampleShop shop) throws Exception {
        if (!standIn.shops().contains(shop.domain())) {
            new ShopSetup(withoutCustomers(shop), layout, run(), api, standIn, stores()).complete();
        }
        gateway.creditVariant = standIn.get("shops/" + shop.domain())
                .at("/products/0/variant_id")
                .asText();
        return new ShopSetup(shop, layout, run(), api, standIn, stores()).complete();
    }

    private static SampleShop withoutCustomers(SampleShop shop) {
        return new SampleShop(
                shop.domain(),
                shop.title(),
                shop.note(),
                shop.shows(),
                shop.config(),
                shop.anonymousPerDay(),
                List.of());
    }

    private SavedStores stores() throws Exception {
        return SavedStores.read(layout.demoShopFile());
    }

    private RunFile run() {
        return new RunFile(
                gateway.url(), "admin", null, List.of(), null, null, 1, 1, "", Instant.EPOCH, List.of(), null, null);
    }

    @Test
    void setsUpOnceHoweverOftenItRuns() throws Exception {
        Shop first = setUp(SHOP);
        assertThat(first.url()).isEqualTo(layout.shopUrl() + SHOP.domain() + "/");
        assertThat(first.customers())
                .containsExactly(
                        new Customer("ann@example.com", OptionalInt.of(3)),
                        new Customer("bob@example.com", OptionalInt.of(0)));
        assertThat(setUp(SHOP)).isEqualTo(first);
        JsonNode shop = standIn.get("shops/" + SHOP.domain());
        assertThat(shop.path("products")).hasSameSizeAs(SampleShop.PRODUCTS);
        assertThat(shop.path("customers")).hasSize(2);
        assertThat(shop.path("orders")).hasSize(1);
        assertThat(gateway.keys).hasSize(1);
        assertThat(gateway.pool).hasValue(25);
    }

    @Test
    void givesCreditsWhereTheyRanOut() throws Exception {
        setUp(SHOP);
        gateway.pool.set(1);
        gateway.credits.clear();
        assertThat(setUp(SHOP).customers()).first().isEqualTo(new Customer("ann@example.com", OptionalInt.of(3)));
        assertThat(gateway.pool).hasValue(26);
    }

    @Test
    void replacesAKeyThatIsNotValid() throws Exception {
        setUp(SHOP);
        gateway.keys.clear();
        setUp(SHOP);
        assertThat(gateway.keys)
                .containsExactly(stores().of(SHOP.domain()).orElseThrow().apiKey());
    }

    @Test
    void installsTheShopAgainInAStandInThatHasForgottenIt() throws Exception {
        Shop first = setUp(SHOP);
        program.stop(process.toHandle(), TIMEOUT);
        startProgram();
        assertThat(standIn.shops()).isEmpty();
        assertThat(setUp(SHOP)).isEqualTo(first);
        assertThat(standIn.get("shops/" + SHOP.domain()).path("orders")).isEmpty();
        assertThat(gateway.keys).hasSize(1);
    }

    @Test
    void countsNoCreditsOfCustomersIfTheShopPays() throws Exception {
        SampleShop shop = SampleShop.ALL.getLast();
        assertThat(setUp(shop).customers()).hasSameSizeAs(shop.customers()).allMatch(customer -> customer.credits()
                .isEmpty());
    }
}

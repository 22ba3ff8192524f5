package dev.wearon.demo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.configuration.Variables;
import dev.wearon.local.suite.DemoShop;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.Secrets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StandInShopTest {

    private static final Layout LAYOUT = new Layout(Path.of("/root"), Path.of("/data"), 8080);
    private static final Secrets SECRETS = new Secrets("postgres", Map.of(), "admin", "signing");

    @Test
    void isFoundByTheCommand() throws Exception {
        DemoShop shop = DemoShop.installed();
        assertThat(shop).isInstanceOf(StandInShop.class);
        assertThat(shop.program(LAYOUT, SECRETS).name()).isEqualTo(DemoShop.PROGRAM);
    }

    @Test
    void givesTheProgramAndTheGatewayTheSameApp() throws Exception {
        DemoShop shop = DemoShop.installed();
        Map<String, String> variables = shop.variables(LAYOUT, SECRETS);
        Map<String, String> program = shop.program(LAYOUT, SECRETS).command().environment();
        assertThat(variables).containsEntry("WEARON_SHOPIFY_URL", "http://localhost:8091/{shop}");
        for (String name : Set.of("WEARON_SHOPIFY_CLIENT_ID", "WEARON_SHOPIFY_CLIENT_SECRET")) {
            assertThat(program).containsEntry(name, variables.get(name));
        }
        assertThat(variables.values()).doesNotHaveDuplicates();
        assertThat(Variables.unknown(variables, Set.of())).isEmpty();
    }

    @Test
    void hasSecretsOfItsOwnForEachSuite() throws Exception {
        DemoShop shop = DemoShop.installed();
        Secrets others = new Secrets("postgres", Map.of(), "admin", "another");
        assertThat(shop.variables(LAYOUT, SECRETS)).isEqualTo(shop.variables(LAYOUT, SECRETS));
        for (String name :
                Set.of("WEARON_SHOPIFY_CLIENT_SECRET", "WEARON_SHOPIFY_TOKEN_KEYS", "WEARON_ORDERS_SHOPPER_KEYS")) {
            assertThat(shop.variables(LAYOUT, SECRETS).get(name))
                    .hasSizeGreaterThanOrEqualTo(32)
                    .isNotEqualTo(shop.variables(LAYOUT, others).get(name));
        }
    }
}

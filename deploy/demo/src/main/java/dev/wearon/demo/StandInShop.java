package dev.wearon.demo;

import dev.wearon.local.suite.DemoShop;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.PublicApi;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.Secrets;
import dev.wearon.local.suite.UserError;
import dev.wearon.processes.Program;
import dev.wearon.testkit.ShopifyServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The shops of the demo, at a stand-in of Shopify. */
public final class StandInShop implements DemoShop {

    private static final String CLIENT_ID = "wearon-demo";

    @Override
    public Program program(Layout layout, Secrets secrets) {
        return new ShopifyServer(layout.shopPort(), CLIENT_ID, clientSecret(secrets));
    }

    /** Orders are settled within seconds, and what was lost is found before a shopper stops waiting for credits. */
    @Override
    public Map<String, String> variables(Layout layout, Secrets secrets) {
        return Map.of(
                "WEARON_DEMO_SHOP_URL",
                layout.shopUrl(),
                "WEARON_SHOPIFY_URL",
                layout.shopUrl() + "{shop}",
                "WEARON_SHOPIFY_CLIENT_ID",
                CLIENT_ID,
                "WEARON_SHOPIFY_CLIENT_SECRET",
                clientSecret(secrets),
                "WEARON_SHOPIFY_TOKEN_KEYS",
                secrets.derivedFor("tokens of demo shops"),
                "WEARON_ORDERS_SHOPPER_KEYS",
                secrets.derivedFor("shoppers of demo shops"),
                "WEARON_ORDERS_EVERY",
                "1s",
                "WEARON_ORDERS_SWEEP_EVERY",
                "20s",
                "WEARON_IMPORTS_ALLOWED_HOSTS",
                "localhost:" + layout.shopPort());
    }

    private static String clientSecret(Secrets secrets) {
        return secrets.derivedFor("client secret of the demo app");
    }

    @Override
    public List<Shop> open(Layout layout, RunFile run) throws IOException, UserError {
        SavedStores saved = SavedStores.read(layout.demoShopFile());
        List<Shop> shops = new ArrayList<>();
        try (PublicApi api = new PublicApi(run.gatewayUrl());
                StandIn standIn = new StandIn(layout.shopUrl())) {
            for (SampleShop shop : SampleShop.ALL) {
                shops.add(new ShopSetup(shop, layout, run, api, standIn, saved).complete());
            }
        }
        return shops;
    }
}

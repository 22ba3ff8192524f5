package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.local.suite.DemoShop;
import dev.wearon.local.suite.DemoShop.Customer;
import dev.wearon.local.suite.DemoShop.Shop;
import dev.wearon.local.suite.Extra;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * The demo in a browser: the suite with a shop, and what to do there.
 *
 * @param person a photo to try something on
 * @param out for the progress
 */
record ShopDemo(Layout layout, Path person, PrintStream out) {

    /** @param url where the demo begins */
    record Opened(String url, RunFile run, List<Shop> shops) {

        String toJson() {
            ObjectNode result = JsonNodeFactory.instance
                    .objectNode()
                    .put("demo_url", url)
                    .put("shop_url", run.shopUrl())
                    .put("gateway_url", run.gatewayUrl())
                    .put("documentation_url", run.gatewayUrl() + "/docs/");
            ArrayNode all = result.putArray("shops");
            for (Shop shop : shops) {
                ObjectNode shown = all.addObject().put("url", shop.url()).put("shows", shop.shows());
                ArrayNode customers = shown.putArray("customers");
                for (Customer customer : shop.customers()) {
                    OptionalInt credits = customer.credits();
                    customers
                            .addObject()
                            .put("email", customer.email())
                            .put("credits", credits.isPresent() ? credits.getAsInt() : null);
                }
            }
            return result.toPrettyString();
        }
    }

    Opened open() throws IOException, UserError {
        RunFile run = new Startup(layout, out, Extra.SHOP).ensureUp();
        if (run.shopUrl() == null) {
            throw new UserError(
                    "WearOn is up without the demo shop, because it was started before.",
                    "stop it with %s, and start it again with %s"
                            .formatted(layout.commandLine("down"), layout.commandLine("demo --shop")));
        }
        Layout running = new Layout(layout.root(), layout.data(), run.portBase());
        Opened opened =
                new Opened(run.gatewayUrl() + "/demo", run, DemoShop.installed().open(running, run));
        print(opened);
        return opened;
    }

    private void print(Opened opened) {
        out.println();
        out.println("The demo shop is open: " + opened.url());
        out.println("  it leads to " + opened.run().shopUrl());
        for (Shop shop : opened.shops()) {
            out.println("  " + shop.shows() + ": " + shop.url());
            out.println("    customers: "
                    + shop.customers().stream().map(ShopDemo::shown).collect(Collectors.joining(", ")));
        }
        out.println();
        out.println("Try it:");
        out.println("  1. Open a product, log in as a customer with credits, and try it on. A photo: " + person);
        out.println("  2. Log in as a customer without credits, and top up.");
        out.println("  3. Lose or delay the shop's messages with the switches at "
                + opened.run().shopUrl());
        out.println("The suite stays up. Stop it: " + layout.commandLine("down"));
    }

    private static String shown(Customer customer) {
        return customer.credits().isEmpty()
                ? customer.email()
                : "%s (%s)"
                        .formatted(customer.email(), credits(customer.credits().getAsInt()));
    }

    private static String credits(int count) {
        return switch (count) {
            case 0 -> "no credits";
            case 1 -> "1 credit";
            default -> count + " credits";
        };
    }
}

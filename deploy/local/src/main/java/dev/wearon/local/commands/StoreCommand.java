package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.UserError;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "store", description = "Creates and shows the stores of a running suite.")
final class StoreCommand implements Runnable {

    private static final List<String> COLUMNS =
            List.of("store_id", "shop_domain", "status", "billing_mode", "subscription_tier", "created_at");

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Add a subcommand, for example: ./wearon store list");
    }

    @Command(name = "create", description = "Creates a store.")
    int create(
            @Mixin AdminApi admin,
            @Parameters(paramLabel = "DOMAIN", description = "The shop's host name, for example shop.example.com.")
                    String domain,
            @Option(
                            names = "--billing-mode",
                            paramLabel = "MODE",
                            description = "absorb_mode: the store pays (default); resell_mode: its shoppers pay.")
                    String billingMode,
            @Option(
                            names = "--tier",
                            paramLabel = "TIER",
                            description = "starter, growth, scale or enterprise (default: none).")
                    String tier)
            throws UserError {
        Map<String, String> body = new HashMap<>();
        body.put("shop_domain", domain);
        body.put("billing_mode", billingMode);
        body.put("subscription_tier", tier);
        body.values().removeIf(value -> value == null);
        JsonNode store = admin.call(
                (api, token) -> api.post(AdminApi.STORES, token, body),
                "it is unknown whether the store was created; see "
                        + admin.commandLine("store list --search " + Layout.quoted(domain)));
        admin.show(store, out -> Columns.print(out, store));
        return 0;
    }

    @Command(name = "list", description = "Lists stores, newest first, in pages.")
    int list(
            @Mixin AdminApi admin,
            @Mixin PageOptions page,
            @Option(names = "--search", paramLabel = "TEXT", description = "A part of the shop domain.") String search,
            @Option(names = "--status", paramLabel = "STATUS", description = "active or inactive (default: both).")
                    String status)
            throws UserError {
        Map<String, String> filters = new HashMap<>();
        filters.put("search", search);
        filters.put("status", status);
        JsonNode found =
                admin.call((api, token) -> api.get(page.of(AdminApi.STORES, filters), token), "repeat the command");
        admin.show(found, out -> Columns.print(out, found.path("stores"), COLUMNS));
        admin.printNextPage(found);
        return 0;
    }

    @Command(name = "show", description = "Shows all data of a store.")
    int show(
            @Mixin AdminApi admin,
            @Parameters(paramLabel = "STORE_ID", description = "The id that store list shows.") UUID store)
            throws UserError {
        JsonNode shown =
                admin.call((api, token) -> api.get(AdminApi.STORES + "/" + store, token), "repeat the command");
        admin.show(shown, out -> Columns.print(out, shown));
        return 0;
    }
}

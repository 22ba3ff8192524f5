package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.UserError;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
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

@Command(name = "store", description = "Creates, shows and changes the stores of a running suite.")
final class StoreCommand implements Runnable {

    private static final List<String> COLUMNS =
            List.of("store_id", "shop_domain", "status", "billing_mode", "subscription_tier", "created_at", "test");

    @Spec
    private CommandSpec spec;

    /** For the completion of a shell. The gateway checks the value. */
    static final class Tiers extends ArrayList<String> {
        Tiers() {
            super(List.of("starter", "growth", "scale", "enterprise"));
        }
    }

    /** For the completion of a shell. */
    static final class BillingModes extends ArrayList<String> {
        BillingModes() {
            super(List.of("absorb_mode", "resell_mode"));
        }
    }

    /** For the completion of a shell. */
    static final class Checkouts extends ArrayList<String> {
        Checkouts() {
            super(List.of("shopify", "own"));
        }
    }

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
                            completionCandidates = BillingModes.class,
                            description = "absorb_mode: the store pays (default); resell_mode: its shoppers pay.")
                    String billingMode,
            @Option(
                            names = "--tier",
                            paramLabel = "TIER",
                            completionCandidates = Tiers.class,
                            description = "starter, growth, scale or enterprise (default: none).")
                    String tier,
            @Option(
                            names = "--daily-credit-cap",
                            paramLabel = "CREDITS",
                            description = "What all its try-ons may take on a UTC day (default: no cap).")
                    Integer dailyCreditCap,
            @Option(
                            names = "--anonymous-per-day",
                            paramLabel = "N",
                            description = "Try-ons of shopper tokens without a shopper on a UTC day (default: 200).")
                    Integer anonymousPerDay,
            @Option(
                            names = "--checkout",
                            paramLabel = "WHERE",
                            completionCandidates = Checkouts.class,
                            description =
                                    "Where shoppers pay for credits: shopify (default), or own if the store reports its orders.")
                    String checkout,
            @Option(
                            names = "--test",
                            description =
                                    "A test store: test credits, and prompts that force an outcome. Never changes.")
                    boolean test)
            throws UserError {
        Map<String, Object> body = new HashMap<>();
        body.put("shop_domain", domain);
        body.put("billing_mode", billingMode);
        body.put("subscription_tier", tier);
        body.put("daily_credit_cap", dailyCreditCap);
        body.put("anonymous_per_day", anonymousPerDay);
        body.put("checkout", checkout);
        body.put("test", test ? true : null);
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
            @Option(
                            names = "--status",
                            paramLabel = "STATUS",
                            description = "active, suspended or inactive (default: all).")
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

    @Command(
            name = "set",
            description =
                    "Changes settings of a store. The others keep their values. All gateways apply it within a second.",
            footer = {
                "",
                "Example: ./wearon store set STORE_ID subscription_tier=growth retail_credit_price=null",
                "",
                "null clears a field. A list is in brackets: 'image_hosts=[cdn.shopify.com,images.example.com]'.",
                "Write a text that looks like a number, true, false or null",
                "in double quotes, within single ones: subscription_id='\"123\"'.",
                "docs/operations/stores.md#change-a-store lists the fields."
            })
    int set(
            @Mixin AdminApi admin,
            @Parameters(paramLabel = "STORE_ID", description = "The id that store list shows.") UUID store,
            @Parameters(paramLabel = "FIELD=VALUE", arity = "1..*", description = "A setting and its new value.")
                    List<String> settings)
            throws UserError {
        Map<String, Object> body = new LinkedHashMap<>();
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw admin.wrongUsage("'" + setting + "' must be FIELD=VALUE, for example subscription_tier=growth");
            }
            String field = setting.substring(0, equals);
            if (body.containsKey(field)) {
                throw admin.wrongUsage(field + " occurs twice");
            }
            body.put(field, value(setting.substring(equals + 1)));
        }
        JsonNode changed = admin.call(
                (api, token) -> api.patch(AdminApi.STORES + "/" + store, token, body),
                "it is unknown whether the store was changed; repeat the command, which is safe");
        admin.show(changed, out -> Columns.print(out, changed));
        return 0;
    }

    @Command(
            name = "suspend",
            description = {
                "Stops a store and deletes nothing: its keys are refused within a second, and its queued try-ons are cancelled.",
                "./wearon store set STORE_ID status=active lifts it."
            })
    int suspend(
            @Mixin AdminApi admin,
            @Parameters(paramLabel = "STORE_ID", description = "The id that store list shows.") UUID store)
            throws UserError {
        JsonNode suspended = admin.call(
                (api, token) -> api.post(AdminApi.STORES + "/" + store + "/suspend", token, Map.of()),
                "it is unknown whether the store was suspended; repeat the command, which is safe");
        admin.show(suspended, out -> Columns.print(out, suspended));
        return 0;
    }

    @Command(
            name = "redact-shopper",
            description = {
                "Deletes the data of a shopper in all services, in the background. The books stay, under a pseudonym.",
                "store privacy-requests shows when it is done."
            })
    int redactShopper(
            @Mixin AdminApi admin,
            @Parameters(paramLabel = "STORE_ID", description = "The id that store list shows.") UUID store,
            @Option(names = "--email", paramLabel = "ADDRESS", description = "The e-mail address of the shopper.")
                    String email,
            @Option(names = "--ref", paramLabel = "REF", description = "The store's own reference of the shopper.")
                    String ref,
            @Option(names = "--customer", paramLabel = "ID", description = "The number of a customer of Shopify.")
                    String customer)
            throws UserError {
        Map<String, Object> body = new HashMap<>();
        body.put("shopper_email", email);
        body.put("shopper_ref", ref);
        body.put("customer_id", customer);
        body.values().removeIf(value -> value == null);
        if (body.size() != 1) {
            throw admin.wrongUsage("name the shopper by one of --email, --ref and --customer");
        }
        JsonNode request = admin.call(
                (api, token) -> api.post(AdminApi.STORES + "/" + store + "/shoppers/redact", token, body),
                "it is unknown whether the request was stored; repeat the command, which is safe");
        admin.show(request, out -> Columns.print(out, request));
        return 0;
    }

    @Command(
            name = "privacy-requests",
            description = "Lists the requests for data of shoppers, newest first, in pages.")
    int privacyRequests(
            @Mixin AdminApi admin,
            @Mixin PageOptions page,
            @Parameters(paramLabel = "STORE_ID", description = "The id that store list shows.") UUID store)
            throws UserError {
        JsonNode found = admin.call(
                (api, token) -> api.get(page.of(AdminApi.STORES + "/" + store + "/privacy-requests", Map.of()), token),
                "repeat the command");
        admin.show(
                found,
                out -> Columns.print(
                        out,
                        found.path("requests"),
                        List.of("request_id", "kind", "origin", "status", "created_at", "done_at")));
        admin.printNextPage(found);
        return 0;
    }

    /** The JSON value of a setting. A text needs quotes only if it looks like another kind of value. */
    private static Object value(String text) {
        if (text.matches("-?\\d{1,18}(\\.\\d{1,9})?")) {
            return new BigDecimal(text);
        }
        if (text.startsWith("[") && text.endsWith("]")) {
            return Arrays.stream(text.substring(1, text.length() - 1).split(","))
                    .map(String::strip)
                    .filter(entry -> !entry.isEmpty())
                    .toList();
        }
        if (text.length() > 1 && text.startsWith("\"") && text.endsWith("\"")) {
            return text.substring(1, text.length() - 1);
        }
        return switch (text) {
            case "null" -> null;
            case "true" -> true;
            case "false" -> false;
            default -> text;
        };
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

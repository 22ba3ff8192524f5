package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
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

@Command(name = "credits", description = "Grants credits to stores, and shows their balances and transactions.")
final class CreditsCommand implements Runnable {

    private static final List<String> COLUMNS =
            List.of("created_at", "type", "delta", "balance_after", "request_id", "description");

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Add a subcommand, for example: ./wearon credits grant STORE_ID 100");
    }

    @Command(name = "balance", description = "Shows how many credits a store has, has bought and has spent.")
    int balance(
            @Mixin AdminApi admin,
            @Parameters(paramLabel = "STORE_ID", description = "The id that store list shows.") UUID store)
            throws UserError {
        JsonNode balance = admin.call(
                (api, token) -> api.get(AdminApi.STORES + "/" + store + "/balance", token), "repeat the command");
        admin.show(balance, out -> Columns.print(out, balance));
        return 0;
    }

    @Command(name = "transactions", description = "Lists the movements of a store's credits, newest first, in pages.")
    int transactions(
            @Mixin AdminApi admin,
            @Mixin PageOptions page,
            @Parameters(paramLabel = "STORE_ID", description = "The id that store list shows.") UUID store)
            throws UserError {
        String path = page.of(AdminApi.STORES + "/" + store + "/transactions", Map.of());
        JsonNode found = admin.call((api, token) -> api.get(path, token), "repeat the command");
        admin.show(found, out -> Columns.print(out, found.path("transactions"), COLUMNS));
        admin.printNextPage(found);
        return 0;
    }

    @Command(name = "grant", description = "Adds credits to a store's balance, once for each idempotency key.")
    int grant(
            @Mixin AdminApi admin,
            @Parameters(paramLabel = "STORE_ID", description = "The id that store list shows.") UUID store,
            @Parameters(paramLabel = "AMOUNT", description = "The number of credits.") int amount,
            @Option(
                            names = "--type",
                            paramLabel = "TYPE",
                            defaultValue = "purchase",
                            description = "purchase or subscription (default: ${DEFAULT-VALUE}).")
                    String type,
            @Option(names = "--description", paramLabel = "TEXT", description = "A text for the store's transactions.")
                    String description,
            @Option(
                            names = "--key",
                            paramLabel = "KEY",
                            description =
                                    "The idempotency key of this grant, for example an invoice's number. A repeat with"
                                            + " the same key adds nothing (default: a new key, which is printed).")
                    String chosenKey)
            throws UserError {
        if (chosenKey != null && !chosenKey.matches("[!-~]{1,255}")) {
            throw admin.wrongUsage("--key must be 1 to 255 visible ASCII characters without spaces");
        }
        String key = chosenKey != null ? chosenKey : "grant-" + UUID.randomUUID();
        Map<String, Object> body = new HashMap<>(Map.of("amount", amount, "type", type));
        if (description != null) {
            body.put("description", description);
        }
        if (chosenKey == null) {
            // Printed before the request, so that the operator can repeat an interrupted one.
            admin.printNote("Idempotency-Key: " + key);
        }
        JsonNode granted = admin.call(
                (api, token) -> api.postIdempotent(AdminApi.STORES + "/" + store + "/credits", token, key, body),
                "it is unknown whether the credits were booked; repeat the command with the same key: "
                        + admin.again("--key", key));
        admin.show(granted, out -> Columns.print(out, granted));
        if (granted.path("replayed").asBoolean()) {
            admin.printNote("The credits were booked before with this key; nothing was added.");
        }
        return 0;
    }
}

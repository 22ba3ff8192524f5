package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.local.suite.UserError;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "credits", description = "Gives credits to stores.")
final class CreditsCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Say what to do, for example: ./wearon credits grant STORE_ID 100");
    }

    @Command(
            name = "grant",
            description =
                    "Adds credits to a store's pool. With the same --key, amount and type it is booked once, however"
                            + " often it is repeated.")
    int grant(
            @Mixin AdminApi admin,
            @Parameters(paramLabel = "STORE_ID", description = "As store list shows it.") UUID store,
            @Parameters(paramLabel = "AMOUNT", description = "How many credits.") int amount,
            @Option(
                            names = "--type",
                            paramLabel = "TYPE",
                            defaultValue = "purchase",
                            description = "purchase or subscription (default: ${DEFAULT-VALUE}).")
                    String type,
            @Option(names = "--description", paramLabel = "TEXT", description = "Stands in the store's transactions.")
                    String description,
            @Option(
                            names = "--key",
                            paramLabel = "KEY",
                            description =
                                    "The Idempotency-Key, for example an invoice's number (default: a new one, which is"
                                            + " printed).")
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
            // Before it is sent: who is cut off here must be able to repeat it.
            admin.printNote("Idempotency-Key: " + key);
        }
        JsonNode granted = admin.call(
                (api, token) -> api.postOnce(AdminApi.STORES + "/" + store + "/credits", token, key, body),
                "whether it was booked is not known; repeat it with its key, so that it is booked once: "
                        + admin.again("--key", key));
        admin.show(granted, out -> Columns.print(out, granted));
        if (granted.path("replayed").asBoolean()) {
            admin.printNote("It had been booked before under this key, and nothing was added now.");
        }
        return 0;
    }
}

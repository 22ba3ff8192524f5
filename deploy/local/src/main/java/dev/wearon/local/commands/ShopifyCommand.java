package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.local.suite.UserError;
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

@Command(name = "shopify", description = "Lists and replays webhooks that Shopify sent.")
final class ShopifyCommand implements Runnable {

    private static final String WEBHOOKS = "/admin/v1/webhooks/shopify";
    private static final List<String> COLUMNS =
            List.of("id", "received_at", "topic", "shop", "state", "attempts", "reason");

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Add a subcommand, for example: ./wearon shopify webhooks --state failed");
    }

    @Command(name = "webhooks", description = "Lists webhooks that Shopify sent, newest first, in pages.")
    int webhooks(
            @Mixin AdminApi admin,
            @Mixin PageOptions page,
            @Option(
                            names = "--state",
                            paramLabel = "STATE",
                            description = "Lists only those in this state: waiting, done, ignored or failed.")
                    String state,
            @Option(
                            names = "--topic",
                            paramLabel = "TOPIC",
                            description = "Lists only those of this topic, for example orders/paid.")
                    String topic,
            @Option(
                            names = "--shop",
                            paramLabel = "DOMAIN",
                            description = "Lists only those of this shop, for example demo.myshopify.com.")
                    String shop)
            throws UserError {
        Map<String, String> filters = new LinkedHashMap<>();
        filters.put("state", state);
        filters.put("topic", topic);
        filters.put("shop", shop);
        String path = page.of(WEBHOOKS, filters);
        JsonNode found = admin.call((api, token) -> api.get(path, token), "repeat the command");
        admin.show(found, out -> Columns.print(out, found.path("webhooks"), COLUMNS));
        admin.printNextPage(found);
        return 0;
    }

    @Command(
            name = "replay",
            description = "Works again on a webhook that has failed, or that waits for its next attempt.")
    int replay(
            @Mixin AdminApi admin,
            @Parameters(paramLabel = "ID", description = "The id, which 'shopify webhooks' lists.") UUID id)
            throws UserError {
        JsonNode replayed = admin.call(
                (api, token) -> api.post(WEBHOOKS + "/" + id + "/replay", token, Map.of()),
                "repeat the command, which is safe");
        admin.show(replayed, out -> Columns.print(out, replayed));
        return 0;
    }
}

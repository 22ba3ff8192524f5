package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.local.suite.UserError;
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

@Command(name = "key", description = "Issues, lists, rotates and revokes the API keys of a store.")
final class KeyCommand implements Runnable {

    private static final List<String> COLUMNS =
            List.of("key_id", "key_prefix", "status", "created_at", "expires_at", "revoked_at", "allowed_domains");
    private static final String SAVE_KEY = "Save the api_key now: it cannot be shown again.";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Add a subcommand, for example: ./wearon key list STORE_ID");
    }

    @Command(name = "issue", description = "Issues a key and prints it. The key cannot be shown again.")
    int issue(
            @Mixin AdminApi admin,
            @Parameters(paramLabel = "STORE_ID", description = "The id that store list shows.") UUID store,
            @Option(
                            names = "--domain",
                            paramLabel = "ORIGIN",
                            description = "An origin from which browsers may use the key, for example"
                                    + " https://shop.example.com; can be repeated (default: servers only).")
                    List<String> domains)
            throws UserError {
        Map<String, ?> body = Map.of("allowed_domains", domains == null ? List.of() : domains);
        JsonNode issued = admin.call(
                (api, token) -> api.post(keys(store), token, body),
                "it is unknown whether a key was issued; if a new one is in "
                        + admin.commandLine("key list " + store)
                        + ", revoke it and issue another");
        showNew(admin, issued);
        return 0;
    }

    @Command(name = "list", description = "Lists a store's keys, newest first, without their secrets.")
    int list(
            @Mixin AdminApi admin,
            @Mixin PageOptions page,
            @Parameters(paramLabel = "STORE_ID", description = "The id that store list shows.") UUID store)
            throws UserError {
        JsonNode found =
                admin.call((api, token) -> api.get(page.of(keys(store), Map.of()), token), "repeat the command");
        admin.show(found, out -> Columns.print(out, found.path("keys"), COLUMNS));
        admin.printNextPage(found);
        return 0;
    }

    @Command(name = "revoke", description = "Revokes a key for good, within a second.")
    int revoke(
            @Mixin AdminApi admin,
            @Parameters(paramLabel = "STORE_ID", description = "The id that store list shows.") UUID store,
            @Parameters(paramLabel = "KEY_ID", description = "The id that key list shows.") UUID key)
            throws UserError {
        JsonNode revoked = admin.call(
                (api, token) -> api.delete(keys(store) + "/" + key, token),
                "it is unknown whether the key was revoked; repeat the command, which is safe");
        admin.show(revoked, out -> Columns.print(out, revoked));
        return 0;
    }

    @Command(
            name = "rotate",
            description = "Replaces a key and prints the new one. The old key stays valid for a grace period.")
    int rotate(
            @Mixin AdminApi admin,
            @Parameters(paramLabel = "STORE_ID", description = "The id that store list shows.") UUID store,
            @Parameters(paramLabel = "KEY_ID", description = "The id that key list shows.") UUID key,
            @Option(
                            names = "--grace",
                            paramLabel = "SECONDS",
                            description = "How long the old key stays valid (default: 86400, a day; 0 revokes it now).")
                    Integer graceSeconds)
            throws UserError {
        Map<String, ?> body = graceSeconds == null ? Map.of() : Map.of("grace_seconds", graceSeconds);
        JsonNode rotated = admin.call(
                (api, token) -> api.post(keys(store) + "/" + key + "/rotate", token, body),
                "it is unknown whether the key was rotated; if "
                        + admin.commandLine("key list " + store)
                        + " shows a new key, rotate that one");
        showNew(admin, rotated);
        return 0;
    }

    private static void showNew(AdminApi admin, JsonNode issued) {
        admin.show(issued, out -> Columns.print(out, issued));
        admin.printNote(SAVE_KEY);
    }

    private static String keys(UUID store) {
        return AdminApi.STORES + "/" + store + "/api-keys";
    }
}

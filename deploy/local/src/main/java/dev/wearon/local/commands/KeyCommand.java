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

@Command(name = "key", description = "Issues, lists, replaces and ends the API keys of a store.")
final class KeyCommand implements Runnable {

    private static final List<String> COLUMNS =
            List.of("key_id", "key_prefix", "status", "created_at", "expires_at", "revoked_at", "allowed_domains");
    private static final String SHOWN_ONCE = "Write the api_key down now: it cannot be shown again.";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Say what to do with which store's keys, for example: ./wearon key list STORE_ID");
    }

    @Command(name = "issue", description = "Issues a key, and prints it this once.")
    int issue(
            @Mixin AdminApi admin,
            @Parameters(paramLabel = "STORE_ID", description = "As store list shows it.") UUID store,
            @Option(
                            names = "--domain",
                            paramLabel = "ORIGIN",
                            description =
                                    "An origin whose browsers may use the key, for example https://shop.example.com;"
                                            + " may be repeated (default: servers only).")
                    List<String> domains)
            throws UserError {
        Map<String, ?> body = Map.of("allowed_domains", domains == null ? List.of() : domains);
        JsonNode issued = admin.call(
                (api, token) -> api.post(keys(store), token, body),
                "whether a key was issued is not known; look for one in "
                        + admin.commandLine("key list " + store)
                        + ", revoke it, as nobody has it, and issue another");
        showNew(admin, issued);
        return 0;
    }

    @Command(name = "list", description = "Lists a store's keys, newest first, without the keys themselves.")
    int list(
            @Mixin AdminApi admin,
            @Mixin PageOptions page,
            @Parameters(paramLabel = "STORE_ID", description = "As store list shows it.") UUID store)
            throws UserError {
        JsonNode found = admin.call((api, token) -> api.get(page.of(keys(store), Map.of()), token), "ask again");
        admin.show(found, out -> Columns.print(out, found.path("keys"), COLUMNS));
        admin.printNextPage(found);
        return 0;
    }

    @Command(name = "revoke", description = "Ends a key for good, within a second.")
    int revoke(
            @Mixin AdminApi admin,
            @Parameters(paramLabel = "STORE_ID", description = "As store list shows it.") UUID store,
            @Parameters(paramLabel = "KEY_ID", description = "As key list shows it.") UUID key)
            throws UserError {
        JsonNode revoked = admin.call(
                (api, token) -> api.delete(keys(store) + "/" + key, token),
                "whether the key was revoked is not known; repeat it, which is safe");
        admin.show(revoked, out -> Columns.print(out, revoked));
        return 0;
    }

    @Command(
            name = "rotate",
            description =
                    "Puts a new key in the place of one, which goes on for a while; prints the new one this once.")
    int rotate(
            @Mixin AdminApi admin,
            @Parameters(paramLabel = "STORE_ID", description = "As store list shows it.") UUID store,
            @Parameters(paramLabel = "KEY_ID", description = "As key list shows it.") UUID key,
            @Option(
                            names = "--grace",
                            paramLabel = "SECONDS",
                            description = "How long the old key goes on (default: 86400, a day; 0 ends it now).")
                    Integer graceSeconds)
            throws UserError {
        Map<String, ?> body = graceSeconds == null ? Map.of() : Map.of("grace_seconds", graceSeconds);
        JsonNode rotated = admin.call(
                (api, token) -> api.post(keys(store) + "/" + key + "/rotate", token, body),
                "whether the key was rotated is not known; see "
                        + admin.commandLine("key list " + store)
                        + ": if it is, rotate its successor, the newest, as nobody has it");
        showNew(admin, rotated);
        return 0;
    }

    private static void showNew(AdminApi admin, JsonNode issued) {
        admin.show(issued, out -> Columns.print(out, issued));
        admin.printNote(SHOWN_ONCE);
    }

    private static String keys(UUID store) {
        return AdminApi.STORES + "/" + store + "/api-keys";
    }
}

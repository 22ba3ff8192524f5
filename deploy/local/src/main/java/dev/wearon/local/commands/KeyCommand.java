package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.local.suite.UserError;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "key", description = "Issues, lists, rotates and revokes the API keys of a store.")
final class KeyCommand implements Runnable {

    private static final List<String> COLUMNS = List.of(
            "key_id",
            "key_prefix",
            "name",
            "status",
            "created_at",
            "expires_at",
            "revoked_at",
            "last_used_at",
            "scopes",
            "allowed_domains");

    private static final Pattern LIFE = Pattern.compile("([1-9][0-9]{0,4})([mhd])");
    private static final String SAVE_KEY = "Save the api_key now: it cannot be shown again.";

    @Spec
    private CommandSpec spec;

    /** For the completion of a shell. The gateway checks the value. */
    static final class Scopes extends ArrayList<String> {
        Scopes() {
            super(List.of(
                    "generations:write",
                    "generations:read",
                    "credits:read",
                    "shoppers:read",
                    "store:read",
                    "store:write",
                    "shopper-tokens:mint",
                    "purchases:write",
                    "webhooks:write",
                    "images:keep"));
        }
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Add a subcommand, for example: ./wearon key list STORE_ID");
    }

    @Command(
            name = "issue",
            description = "Issues a key and prints it. The key cannot be shown again.",
            footer = {
                "",
                "Without --scope the key may do everything that needs generations:write,",
                "generations:read, credits:read, shoppers:read, store:read or store:write.",
                "docs/operations/stores.md#scopes lists the scopes. Give a key that is in a page",
                "only the scopes that the page needs: everyone who sees the page can copy it."
            })
    int issue(
            @Mixin AdminApi admin,
            @Parameters(paramLabel = "STORE_ID", description = "The id that store list shows.") UUID store,
            @Option(
                            names = "--domain",
                            paramLabel = "ORIGIN",
                            description = "An origin from which browsers may use the key, for example"
                                    + " https://shop.example.com; can be repeated (default: servers only).")
                    List<String> domains,
            @Option(names = "--name", paramLabel = "NAME", description = "What you call the key (default: none).")
                    String name,
            @Option(
                            names = "--scope",
                            paramLabel = "SCOPE",
                            completionCandidates = Scopes.class,
                            description = "What the key may do; can be repeated (default: see below).")
                    List<String> scopes,
            @Option(
                            names = "--expires-at",
                            paramLabel = "TIME",
                            description = "When the key ends, for example 2027-01-31T00:00:00Z (default: never).")
                    String expiresAt,
            @Option(
                            names = "--expires-in",
                            paramLabel = "TIME",
                            description = "The same as a time from now in minutes, hours or days, for example 90d.")
                    String expiresIn)
            throws UserError {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("allowed_domains", domains == null ? List.of() : domains);
        body.put("name", name);
        body.put("scopes", scopes);
        body.put("expires_at", end(admin, expiresAt, expiresIn));
        body.values().removeIf(Objects::isNull);
        JsonNode issued = admin.call(
                (api, token) -> api.post(keys(store), token, body),
                "it is unknown whether a key was issued; if a new one is in "
                        + admin.commandLine("key list " + store)
                        + ", revoke it and issue another");
        showNew(admin, issued);
        return 0;
    }

    private static String end(AdminApi admin, String at, String in) {
        if (in == null) {
            return at == null ? null : time(admin, at).toString();
        }
        Matcher life = LIFE.matcher(in);
        if (at != null || !life.matches()) {
            throw admin.wrongUsage(
                    at != null
                            ? "--expires-at and --expires-in exclude each other"
                            : "--expires-in must be a number with m, h or d, for example 90d, not '" + in + "'");
        }
        ChronoUnit unit =
                switch (life.group(2)) {
                    case "m" -> ChronoUnit.MINUTES;
                    case "h" -> ChronoUnit.HOURS;
                    default -> ChronoUnit.DAYS;
                };
        return Instant.now()
                .plus(Long.parseLong(life.group(1)), unit)
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
    }

    private static Instant time(AdminApi admin, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException noTime) {
            throw admin.wrongUsage(
                    "--expires-at must be a time with its zone, for example 2027-01-31T00:00:00Z, not '" + text + "'");
        }
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
            description =
                    "Replaces a key and prints the new one, with the same name, domains, scopes and planned end. The"
                            + " old key stays valid for a grace period.")
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

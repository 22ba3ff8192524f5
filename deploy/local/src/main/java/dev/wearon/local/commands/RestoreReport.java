package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.local.backup.RestoredDatabase;
import dev.wearon.local.backup.Revocations;
import dev.wearon.local.suite.ErrorText;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.PublicApi;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * What an operator must know after a restore: its age, whether it adds up, and which keys and stores are active again.
 *
 * @param facts when the backup was taken, its newest rows, and how long the restore took
 * @param revocationsKnown whether {@code keys} are all that were revoked since the backup; otherwise they are all active keys
 */
record RestoreReport(
        ObjectNode facts,
        LedgerCheck ledger,
        Reconciliation reconciliation,
        String repair,
        boolean revocationsKnown,
        ArrayNode keys,
        ArrayNode stores) {

    /** Before the backup. Older try-ons were compared by earlier reports. */
    private static final Duration COMPARED = Duration.ofHours(24);

    private static final List<String> KEY = List.of("revoked", "key_prefix", "name", "command");
    private static final List<String> STORE = List.of("store_id", "command");

    static RestoreReport of(
            Layout layout,
            RunFile run,
            Instant takenAt,
            RestoredDatabase database,
            Optional<Revocations> revocations,
            long startNanos)
            throws SQLException, UserError {
        LedgerCheck ledger = LedgerCheck.of(request -> report(run, request));
        Reconciliation reconciliation = Reconciliation.of(
                request -> report(run, request),
                Map.of("from", takenAt.minus(COMPARED).toString()));
        boolean known = revocations.filter(logs -> logs.reachBackTo(takenAt)).isPresent();
        Set<UUID> revoked = revocations.map(Revocations::keys).orElse(Set.of());
        ArrayNode keys = JsonNodeFactory.instance.arrayNode();
        for (var key : database.activeKeys(known ? Optional.of(revoked) : Optional.empty())) {
            keys.addObject()
                    .put("key_id", key.id().toString())
                    .put("store_id", key.storeId().toString())
                    .put("key_prefix", key.prefix())
                    .put("name", key.name())
                    .put("revoked", revoked.contains(key.id()) ? "yes" : "unknown")
                    .put("command", layout.commandLine("key revoke %s %s".formatted(key.storeId(), key.id())));
        }
        ArrayNode stores = JsonNodeFactory.instance.arrayNode();
        for (UUID store : database.activeStores(
                revocations.map(Revocations::inactiveStores).orElse(Set.of()))) {
            stores.addObject()
                    .put("store_id", store.toString())
                    .put("command", layout.commandLine("store set %s status=inactive".formatted(store)));
        }
        for (UUID store : database.activeStores(
                revocations.map(Revocations::suspendedStores).orElse(Set.of()))) {
            stores.addObject()
                    .put("store_id", store.toString())
                    .put("command", layout.commandLine("store suspend " + store));
        }
        ObjectNode facts = JsonNodeFactory.instance
                .objectNode()
                .put("data_dir", layout.data().toString())
                .put("gateway_url", run.gatewayUrl())
                .put("taken_at", takenAt.toString())
                .put(
                        "newest_charge_at",
                        database.newestCharge().map(Instant::toString).orElse(null))
                .put(
                        "newest_session_at",
                        database.newestSession().map(Instant::toString).orElse(null))
                .put("seconds", Math.round((System.nanoTime() - startNanos) / 1e8) / 10.0);
        String repair = layout.commandLine(reconciliation.repair());
        return new RestoreReport(facts, ledger, reconciliation, repair, known, keys, stores);
    }

    private static JsonNode report(RunFile run, AdminApi.Request request) throws UserError {
        try (PublicApi api = new PublicApi(run.gatewayUrl(), AdminApi.REPORT_TIMEOUT)) {
            return request.send(api, run.adminToken()).require("A report about the restored data");
        } catch (IOException noAnswer) {
            throw new UserError(
                    "The data is restored, but a report about it was not made: " + ErrorText.of(noAnswer) + ".",
                    "the suite is up; run ./wearon ledger check and ./wearon reconcile");
        }
    }

    boolean isConsistent() {
        return ledger.isConsistent() && reconciliation.differences() == 0;
    }

    ObjectNode document() {
        ObjectNode document = facts.deepCopy();
        document.set("ledger", ledger.result());
        document.set("reconciliation", reconciliation.data());
        document.put("revocations_known", revocationsKnown);
        document.set("keys_to_revoke", keys);
        document.set("stores_to_deactivate", stores);
        return document;
    }

    void print(PrintWriter out) {
        out.println("The data is restored, and WearOn is up. What was acknowledged after taken_at is lost.");
        Columns.print(out, facts);
        out.println();
        ledger.print(out);
        out.println();
        reconciliation.print(out, repair);
        if (!isConsistent()) {
            out.println(
                    "Background jobs give credits of interrupted try-ons back within two minutes; then check again.");
        }
        out.println();
        printKeys(out);
        if (!stores.isEmpty()) {
            out.println();
            out.println("These stores are active again, and were deactivated since the backup:");
            Columns.print(out, stores, STORE);
        }
    }

    private void printKeys(PrintWriter out) {
        if (revocationsKnown) {
            out.println(
                    keys.isEmpty()
                            ? "No key was revoked since the backup."
                            : "These keys are active again, and were revoked or replaced since the backup. Revoke them:");
        } else {
            out.println(
                    "Keys that were revoked and stores that were deactivated since the backup are active again. Which"
                            + " they are is not known without all logs of the gateway since the backup (--revoked-in). These keys"
                            + " are active:");
        }
        if (!keys.isEmpty()) {
            Columns.print(out, keys, KEY);
        }
        if (keys.size() == RestoredDatabase.MOST) {
            out.println("There are more than these; ./wearon key list shows the keys of a store.");
        }
    }
}

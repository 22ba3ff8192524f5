package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.processes.Ports;
import dev.wearon.testkit.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A backup under traffic, a crash of everything, and a restore into another folder. */
@Tag("thorough")
class BackupIT {

    private static final Duration TIMEOUT = Duration.ofMinutes(3);
    private static final int CREDITS = 1_000;

    private static final String CHARGES =
            "SELECT count(*) FROM credits.charges WHERE id = ANY (string_to_array(?, ',')::uuid[])";

    /** Those that are neither paid with a picture nor failed with their credit back. */
    private static final String OPEN = """
            SELECT count(*) FROM generation.store_generation_sessions
             WHERE status <> 'completed' AND (status <> 'failed' OR released_at IS NULL)
            """;

    @TempDir
    Path folder;

    private Suite suite;
    private Suite restored;

    @BeforeEach
    void up() throws Exception {
        suite = Suite.in(folder, Map.of("WEARON_WORKER_CONCURRENCY", "2"));
        restored = new Suite(folder.resolve("restored"), Ports.freeRange(10), Map.of());
        succeed(suite, "up");
    }

    @AfterEach
    void down() throws Exception {
        succeed(suite, "down");
        succeed(restored, "down");
    }

    @Test
    void everyChargeThatWasAcknowledgedBeforeTheBackupIsThere() throws Exception {
        Merchant store = Merchant.with(suite, CREDITS);
        Merchant leaking = Merchant.with(suite, 1);
        Merchant inactive = Merchant.with(suite, 1);
        TryOnTraffic traffic = new TryOnTraffic(List.of(suite.gateway().toString()), store, store.images()).start(4);
        traffic.awaitPictures(3);
        List<UUID> acknowledged = traffic.created();
        Path target = folder.resolve("backups/first");

        JsonNode backup = suite.json("backup", target.toString());

        assertThat(backup.path("files").asInt()).as(backup.toString()).isGreaterThan(500);
        Instant takenAt = Instant.parse(backup.path("taken_at").textValue());
        traffic.awaitPictures(1);
        String leaked = suite.query("SELECT id FROM gateway.store_api_keys WHERE store_id = ?", leaking.storeId());
        succeed(suite, "key", "revoke", leaking.storeId().toString(), leaked);
        succeed(suite, "store", "set", inactive.storeId().toString(), "status=inactive");
        killEverything();
        traffic.abandon();

        JsonNode result = restored.json(
                "restore", target.toString(), "--revoked-in", suite.data().toString());

        assertThat(result.at("/ledger/consistent").asBoolean())
                .as(result.toString())
                .isTrue();
        assertThat(result.path("reconciliation").path("findings").findValuesAsText("count"))
                .as(result.toString())
                .isNotEmpty()
                .containsOnly("0");
        assertThat(Instant.parse(result.path("newest_charge_at").textValue()))
                .isBeforeOrEqualTo(takenAt.plusSeconds(5));
        assertThat(restored.query(CHARGES, ids(acknowledged))).isEqualTo(Integer.toString(acknowledged.size()));

        assertThat(result.path("revocations_known").asBoolean()).isTrue();
        assertThat(result.path("keys_to_revoke").findValuesAsText("key_id")).containsExactly(leaked);
        assertThat(result.path("stores_to_deactivate").findValuesAsText("store_id"))
                .containsExactly(inactive.storeId().toString());
        Merchant leakingAgain = new Merchant(restored.gateway(), leaking.storeId(), leaking.apiKey());
        assertThat(leakingAgain.balance()).isEqualTo(1);
        succeed(restored, "key", "revoke", leaking.storeId().toString(), leaked);
        Await.until(
                TIMEOUT,
                () -> leakingAgain.call().get("/api/v1/credits/balance").statusCode(),
                status -> status == 401);

        Merchant again = new Merchant(restored.gateway(), store.storeId(), store.apiKey());
        UUID session = again.created(again.images());
        assertThat(again.ended(session).getString("data.status")).isEqualTo("completed");
        Await.until(TIMEOUT, () -> restored.query(OPEN), "0"::equals);
        succeed(restored, "ledger", "check");
        succeed(restored, "reconcile");

        succeed(restored, "down");
        assertThat(Secrets.inLogsBelow(restored.data())).isEmpty();
        printsWhatIsNotKnown(target);
    }

    /** Another restore, in a text for people and without the logs. */
    private void printsWhatIsNotKnown(Path target) throws Exception {
        restored = new Suite(folder.resolve("again"), restored.portBase(), Map.of());
        Suite.Ran text = restored.wearon("restore", target.toString());
        assertThat(text.exitCode()).as(text.output()).isZero();
        assertThat(text.output())
                .contains(
                        "newest_charge_at",
                        "The ledger is consistent.",
                        "Try-ons, charges and pictures agree.",
                        "is not known without all logs",
                        "key revoke ",
                        "WEARON_WORKER_CONCURRENCY=2");
        Suite.Ran twice = restored.wearon("restore", target.toString());
        assertThat(twice.exitCode()).isEqualTo(2);
        assertThat(twice.output()).contains("WearOn is up in", "hint: ");
    }

    private void killEverything() throws Exception {
        List<ProcessHandle> processes = new ArrayList<>(suite.processes());
        // The supervisor first, because it restarts the others.
        ProcessHandle.of(suite.run().get("supervisor_pid").longValue()).ifPresent(processes::addFirst);
        processes.forEach(ProcessHandle::destroyForcibly);
        for (ProcessHandle process : processes) {
            process.onExit().get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static String ids(List<UUID> ids) {
        return ids.stream().map(UUID::toString).collect(Collectors.joining(","));
    }

    private static void succeed(Suite of, String... command) throws Exception {
        Suite.Ran ran = of.wearon(command);
        assertThat(ran.exitCode())
                .as(Arrays.toString(command) + ": " + ran.output())
                .isZero();
    }
}

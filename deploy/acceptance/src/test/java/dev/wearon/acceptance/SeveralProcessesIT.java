package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.testkit.Await;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes of each service work together, and each of them can be replaced. */
@Tag("thorough")
class SeveralProcessesIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int CREDITS = 1_000;

    /** The exit code of a JVM that ends after SIGTERM. */
    private static final int TERMINATED = 143;

    @TempDir
    private Path folder;

    private TwoOfEach services;
    private Merchant store;

    @BeforeEach
    void start() throws Exception {
        services = TwoOfEach.start(folder, Map.of());
        store = services.merchant(CREDITS);
    }

    @AfterEach
    void stop() throws Exception {
        services.close();
        assertThat(Secrets.inLogsBelow(folder, Rig.ADMIN_TOKEN, store.apiKey())).isEmpty();
    }

    @Test
    void aRollingRestartOfAllLosesNothing() throws Exception {
        TryOnTraffic traffic = new TryOnTraffic(services.gateways(), store, store.images());
        try (traffic) {
            traffic.start(4).awaitPictures(4);
            for (RunningService process : services.all()) {
                process.requestStop();
                Await.until(TIMEOUT, process::isReady, ready -> !ready);
                assertThat(process.awaitExit(TIMEOUT)).isIn(0, TERMINATED);
                process.restart();
                traffic.awaitPictures(2);
            }
        }
        try (Connection connection = services.rig().connect()) {
            traffic.assertNothingIsLost(connection, CREDITS);
        }
        System.out.printf(
                "Rolling restart of %d processes: %d try-ons, repeated answers %s%n",
                services.all().size(), traffic.created().size(), traffic.repeated());
    }

    /** Each in turn, as a node that fails. A call that it had not answered may need the reconciler or the sweeper. */
    @Test
    void theDeathOfEachLosesNothing() throws Exception {
        TryOnTraffic traffic = new TryOnTraffic(services.gateways(), store, store.images());
        try (traffic) {
            traffic.start(4).awaitPictures(4);
            for (RunningService process : services.all()) {
                process.kill();
                traffic.awaitPictures(2);
                process.restart();
            }
        }
        try (Connection connection = services.rig().connect()) {
            traffic.assertNothingIsLost(connection, CREDITS);
        }
    }
}

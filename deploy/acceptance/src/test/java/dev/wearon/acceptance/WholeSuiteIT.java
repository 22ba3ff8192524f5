package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

/** Tests of a merchant against the whole suite. They share one suite, because its start takes long. */
class WholeSuiteIT {

    static Suite suite;

    @TempDir
    static Path folder;

    @Nested
    class TryOn extends TryOnCases {}

    @Nested
    class Resell extends ResellCases {}

    @Nested
    class OwnCheckout extends OwnCheckoutCases {}

    @Nested
    class Tenants extends TenantCases {}

    @Nested
    class Pictures extends PictureCases {}

    @Nested
    class Caps extends CapCases {}

    @Nested
    class Metrics extends MetricsCases {}

    @Nested
    class ShopperTokens extends ShopperTokenCases {}

    @Nested
    class Status extends StatusCases {}

    @Nested
    class TestStores extends TestStoreCases {}

    @BeforeAll
    static void up() throws Exception {
        suite = Suite.in(
                folder,
                Suite.patient(Map.of(
                        // A process is lost after three times this.
                        "WEARON_INSTANCES_EVERY", "1s",
                        // Short enough that a killed worker's session is taken over while a test waits, and longer than
                        // the
                        // largest photo takes while the other tests load the machine.
                        "WEARON_MODEL_TIMEOUT", "15s",
                        "WEARON_WORKER_LEASE_MARGIN", "1s",
                        "WEARON_WORKER_SWEEPER_EVERY", "1s",
                        "WEARON_WORKER_SWEEPER_MIN_AGE", "1s",
                        // One session at a time, so that a slow one delays the next.
                        "WEARON_WORKER_CONCURRENCY", "1")));
        Suite.Ran up = suite.wearon("up");
        assertThat(up.exitCode()).as(up.output()).isZero();
    }

    @AfterAll
    static void down() throws Exception {
        List<ProcessHandle> running = suite.processes();
        assertThat(running).hasSize(6);
        String adminToken = suite.run().get("admin_token").textValue();
        Suite.Ran down = suite.wearon("down");
        assertThat(down.exitCode()).as(down.output()).isZero();
        assertThat(running).noneMatch(ProcessHandle::isAlive);
        assertThat(Secrets.inLogsBelow(suite.data(), adminToken)).isEmpty();
    }
}

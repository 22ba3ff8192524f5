package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.testkit.contract.ContractFilter;
import io.restassured.RestAssured;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The previous version beside this one, under traffic. No process migrates at its start; a command does it once. Run it with
 * {@code ./mvnw verify -Pupgrade}, see {@code CONTRIBUTING.md}.
 */
@Tag("upgrade")
class UpgradeIT {

    private static final Path NEW = Suite.ROOT;
    private static final int CREDITS = 1_000;
    private static final int PICTURES = 3;

    private static Path old;

    @TempDir
    private Path folder;

    private RollingServices services;
    private Merchant store;
    private TryOnTraffic traffic;

    @BeforeAll
    static void build() throws Exception {
        old = PreviousVersion.built();
        // A gateway of the version before answers by the contract of its version.
        RestAssured.replaceFiltersWith(RestAssured.filters().stream()
                .filter(filter -> !(filter instanceof ContractFilter))
                .toList());
    }

    @BeforeEach
    void start() throws Exception {
        services = new RollingServices(folder);
        for (String service : RollingServices.ALL) {
            services.set(service, "WEARON_DB_MIGRATE_AT_START", "false");
        }
    }

    @AfterEach
    void stop() {
        services.close();
    }

    private void startAll(Path version) throws Exception {
        services.replace(RollingServices.ALL, version);
        store = Merchant.with(URI.create(services.url("gateway")), Rig.ADMIN_TOKEN, "absorb_mode", CREDITS);
        traffic = new TryOnTraffic(List.of(services.url("gateway")), store, store.images())
                .withServicesOfTwoVersions()
                .start(3);
        traffic.awaitPictures(PICTURES);
    }

    private void replace(String service, Path version) throws Exception {
        services.replace(List.of(service), version);
        traffic.awaitPictures(PICTURES);
    }

    private void end() throws Exception {
        traffic.close();
        try (Connection connection = services.rig().connect()) {
            traffic.assertNothingIsLost(connection, CREDITS);
        }
        System.out.printf("%d try-ons, repeated answers %s%n", traffic.created().size(), traffic.repeated());
    }

    @Test
    void eachServiceAloneIsOld() throws Exception {
        services.migrate(NEW);
        startAll(NEW);
        for (String service : RollingServices.ALL) {
            replace(service, old);
            replace(service, NEW);
        }
        end();
    }

    @Test
    void eachServiceAloneIsNew() throws Exception {
        services.migrate(NEW);
        startAll(old);
        for (String service : RollingServices.ALL) {
            replace(service, NEW);
            replace(service, old);
        }
        end();
    }

    @Test
    void anUpgradeAndItsRollback() throws Exception {
        services.migrate(old);
        startAll(old);
        services.migrate(NEW);
        traffic.awaitPictures(PICTURES);
        for (String service : RollingServices.ALL) {
            replace(service, NEW);
        }
        for (String service : RollingServices.ALL.reversed()) {
            replace(service, old);
        }
        for (String service : RollingServices.ALL) {
            replace(service, NEW);
        }
        end();
    }

    /** A process that dies is started again while the newer version migrates, or after it. */
    @Test
    void anOldProcessThatMigratesStartsAfterTheNewOne() throws Exception {
        services.migrate(NEW);
        for (String service : RollingServices.ALL) {
            services.unset(service, "WEARON_DB_MIGRATE_AT_START");
        }
        services.replace(RollingServices.ALL, old);
        RunningService gateway = services.inUse("gateway");
        assertThat(gateway.isReady()).isTrue();
    }
}

package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wearon.processes.Ports;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.Program;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.ServiceEnvironment;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** pgbouncer with three connections to PostgreSQL for each role, and another one for each transaction. Needs {@code pgbouncer}. */
@Tag("thorough")
class PoolerIT {

    private static final int CREDITS = 500;

    @TempDir
    private Path folder;

    private Rig rig;

    private record Pooler(Path folder, int port, List<PostgresAddress> roles) implements Program {

        @Override
        public String name() {
            return "pgbouncer";
        }

        @Override
        public void prepare() throws IOException {
            List<String> users = new ArrayList<>();
            roles.forEach(role -> users.add("\"%s\" \"%s\"".formatted(role.user(), role.password())));
            Files.write(folder.resolve("users.txt"), users);
            PostgresAddress server = roles.getFirst();
            Files.writeString(
                    settings(), """
                    [databases]
                    %s = host=127.0.0.1 port=%d
                    [pgbouncer]
                    listen_addr = 127.0.0.1
                    listen_port = %d
                    unix_socket_dir =
                    auth_type = scram-sha-256
                    auth_file = %s
                    pool_mode = transaction
                    default_pool_size = 3
                    max_client_conn = 500
                    ignore_startup_parameters = extra_float_digits
                    """.formatted(server.database(), server.port(), port, folder.resolve("users.txt")));
            for (Path file : List.of(folder, settings(), folder.resolve("users.txt"))) {
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
        }

        private Path settings() {
            return folder.resolve("pgbouncer.ini");
        }

        @Override
        public ProcessBuilder command() {
            List<String> command = new ArrayList<>(List.of("pgbouncer"));
            if (System.getProperty("user.name").equals("root")) {
                // It refuses to run as root.
                command.addAll(List.of("-u", "nobody"));
            }
            command.add(settings().toString());
            return new ProcessBuilder(command);
        }

        @Override
        public boolean isReady() {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress("127.0.0.1", port), 1_000);
                return true;
            } catch (IOException notYet) {
                return false;
            }
        }

        @Override
        public void requestStop(ProcessHandle process) {
            process.destroy();
        }
    }

    @BeforeEach
    void start() throws Exception {
        assumeTrue(OtherLanguages.succeeds("pgbouncer", "--version"), "pgbouncer is not installed");
        rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
    }

    @AfterEach
    void stop() {
        if (rig != null) {
            rig.close();
        }
    }

    @Test
    void aPoolOfTransactionsNeedsOneSetting() throws Exception {
        List<PostgresAddress> roles = new ArrayList<>();
        for (String service : RollingServices.ALL) {
            rig.migrate(service, Suite.ROOT);
            roles.add(rig.database(service));
        }
        // The folder of the test belongs to its user alone.
        Path open = Files.createTempDirectory("wearon-pooler-");
        Pooler pooler = new Pooler(open, Ports.free(), roles);
        rig.start(pooler);
        for (String service : List.of("credits", "storage", "generation", "gateway")) {
            PostgresAddress direct = rig.database(service);
            Map<String, String> variables = new HashMap<>(ServiceEnvironment.databaseAt(new PostgresAddress(
                    "127.0.0.1", pooler.port(), direct.database(), direct.user(), direct.password())));
            variables.put("WEARON_DB_TRANSACTION_POOLING", "true");
            variables.put("WEARON_DB_MIGRATE_AT_START", "false");
            variables.put("WEARON_PUBLIC_URL", rig.url("gateway"));
            variables.put("WEARON_LIMITS_PER_MINUTE_WITHOUT_TIER", Suite.UNLIMITED);
            variables.put("WEARON_LIMITS_PER_HOUR_WITHOUT_TIER", Suite.UNLIMITED);
            rig.start(service, variables);
        }
        Merchant store = Merchant.with(URI.create(rig.url("gateway")), Rig.ADMIN_TOKEN, "absorb_mode", CREDITS);
        TryOnTraffic traffic = new TryOnTraffic(List.of(rig.url("gateway")), store, store.images());
        try (traffic) {
            traffic.start(8).awaitPictures(40);
        }
        assertThat(traffic.repeated()).isEmpty();
        try (Connection connection = rig.connect()) {
            traffic.assertNothingIsLost(connection, CREDITS);
        }
    }
}

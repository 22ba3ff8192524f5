package dev.wearon.local.suite;

import dev.wearon.processes.Database;
import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.ProcessLogs;
import dev.wearon.processes.TemporaryFolder;
import dev.wearon.processes.services.ServiceEnvironment;
import dev.wearon.processes.services.ServiceProgram;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Migrates the schemas of all services in an existing database. It logs in as the owner of the database and becomes the role of
 * each service, so it needs no password of a service, and every object belongs to its role.
 *
 * @param root the source tree with the built services
 * @param admin the owner of the database, who may create roles
 */
public record Migration(Path root, PostgresAddress admin) {

    /** The order of an update. */
    public static final List<String> ORDER = List.of("storage", "credits", "generation", "gateway");

    /** As the services do it at their start, in the role of the service. */
    private static final String BECOME = "SET ROLE %s; SELECT set_config(name, '0', false) FROM pg_settings"
            + " WHERE name IN ('transaction_timeout', 'idle_in_transaction_session_timeout')";

    private static final int HEAP_MB = 160;

    public static Migration of(Layout layout, Environment environment) throws UserError {
        return new Migration(
                layout.root(),
                environment
                        .postgres()
                        .orElseThrow(() -> UserError.usage(
                                "WEARON_DB_URL is not set.",
                                "set it to the database and its owner: postgresql://user:password@host:port/database;"
                                        + " the suite of ./wearon up migrates by itself")));
    }

    /** @param progress gets a line for each step */
    public void run(Consumer<String> progress) throws IOException, UserError {
        new ExistingDatabase(admin).provision(Map.of());
        progress.accept("%-12s provisioned".formatted(Database.name(admin)));
        TemporaryFolder folder = TemporaryFolder.in(Path.of(System.getProperty("java.io.tmpdir")), "wearon-migrate-");
        try {
            for (String service : ORDER) {
                long start = System.nanoTime();
                migrate(service, folder.path());
                progress.accept("%-12s migrated  %4.1f s".formatted(service, (System.nanoTime() - start) / 1e9));
            }
        } finally {
            TemporaryFolder.deleteTree(folder.path());
        }
    }

    private void migrate(String service, Path folder) throws IOException, UserError {
        IdentityKeys keys = new IdentityKeys(folder);
        keys.makeIfMissing();
        // A migration uses none of the secrets, but the configuration of a service must be complete.
        Map<String, String> variables = new HashMap<>(new ServiceEnvironment()
                .database(service, admin.with(Database.name(admin), admin.user(), admin.password()))
                .keys(keys)
                .redis("redis://127.0.0.1:6379")
                .adminToken(Secrets.random())
                .images(folder, Secrets.random())
                .variables(service, 0, 0));
        variables.putAll(ServiceEnvironment.MIGRATE_AND_EXIT);
        admin.ca().ifPresent(file -> variables.put(Environment.DB_CA, file.toString()));
        variables.put("QUARKUS_FLYWAY_INIT_SQL", BECOME.formatted(Database.role(service)));
        Path log = folder.resolve(service + ".log");
        Process process = ServiceProgram.of(service, root, 0, 0, HEAP_MB, variables)
                .command(log)
                .start();
        try {
            // Not limited: a migration of a large table takes as long as it takes. Its lock waits for 50 s at most.
            if (process.waitFor() != 0) {
                throw new UserError(
                        "The schema of %s was not migrated:%n    | %s"
                                .formatted(service, String.join("\n    | ", ProcessLogs.lastLines(log, 15))),
                        "correct what it reports, and repeat the command; migrations that succeeded stay");
            }
        } catch (InterruptedException interrupted) {
            process.destroy();
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while the schema of " + service + " was migrated", interrupted);
        }
    }
}

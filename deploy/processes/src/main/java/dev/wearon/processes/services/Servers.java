package dev.wearon.processes.services;

import dev.wearon.processes.Database;
import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.ManagedDatabase;
import dev.wearon.processes.Ports;
import dev.wearon.processes.Postgres;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.Redis;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** The servers and keys of a {@link Rig}. The first thread that needs one starts it; others wait until it is ready. */
final class Servers {

    private static final String PASSWORD = "of-a-database-that-lives-for-minutes";

    private final FutureTask<Running> postgres;
    private final FutureTask<Running> redis;
    private FutureTask<PostgresAddress> superuser;
    private FutureTask<String> redisUrl;
    private final FutureTask<Map<String, PostgresAddress>> databases = new FutureTask<>(this::layOut);
    private FutureTask<IdentityKeys> keys;

    Servers(Rig rig, Path folder) throws IOException {
        Postgres postgresProgram = new Postgres(folder.resolve("postgres"), Ports.free(), PASSWORD);
        Redis redisProgram = new Redis(folder.resolve("redis"), Ports.free());
        postgres = new FutureTask<>(() -> rig.start(postgresProgram));
        redis = new FutureTask<>(() -> rig.start(redisProgram));
        usePostgres(() -> {
            postgres();
            return postgresProgram.address();
        });
        useRedis(() -> {
            redis();
            return redisProgram.url();
        });
        useKeys(() -> {
            IdentityKeys made = new IdentityKeys(folder.resolve("identities"));
            made.makeIfMissing();
            return made;
        });
    }

    void usePostgres(Callable<PostgresAddress> address) {
        superuser = new FutureTask<>(address);
    }

    void useRedis(Callable<String> url) {
        redisUrl = new FutureTask<>(url);
    }

    void useKeys(Callable<IdentityKeys> made) {
        keys = new FutureTask<>(made);
    }

    Running postgres() throws IOException {
        return result(postgres);
    }

    Running redis() throws IOException {
        return result(redis);
    }

    String redisUrl() throws IOException {
        return result(redisUrl);
    }

    IdentityKeys keys() throws IOException {
        return result(keys);
    }

    PostgresAddress database(String service) throws IOException {
        return result(databases).get(service);
    }

    /** The services' database, laid out. */
    PostgresAddress superuser() throws IOException {
        result(databases);
        PostgresAddress address = result(superuser);
        return address.with(Database.NAME, address.user(), address.password());
    }

    private Map<String, PostgresAddress> layOut() throws IOException, SQLException {
        Map<String, String> passwords = new HashMap<>();
        ServiceProgram.SERVICES.forEach(service -> passwords.put(service, PASSWORD));
        return Database.layOut(ManagedDatabase.create(result(superuser), Database.NAME), Database.NAME, passwords);
    }

    private static <T> T result(FutureTask<T> task) throws IOException {
        task.run();
        try {
            return task.get();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for a server", interrupted);
        } catch (ExecutionException failed) {
            throw new IOException(failed.getCause().getMessage(), failed.getCause());
        }
    }
}

package dev.wearon.local.suite;

import dev.wearon.processes.Database;
import dev.wearon.processes.PostgresAddress;
import java.time.Instant;
import java.util.List;
import java.util.function.ToLongFunction;

/** Composes {@code run.json} from what the supervisor knows. */
final class RunFiles {

    private RunFiles() {}

    /** @param pid the process number of a program of this suite, by name */
    static RunFile of(
            Layout layout,
            Suite suite,
            RunFile.Demo demo,
            Instant startedAt,
            ToLongFunction<String> pid,
            List<RunFile.Restart> restarts) {
        PostgresAddress admin = suite.admin();
        PostgresAddress database = admin.with(Database.name(admin), admin.user(), admin.password());
        List<RunFile.Service> services = suite.services().stream()
                .map(service -> new RunFile.Service(
                        service.name(),
                        pid.applyAsLong(service.name()),
                        service.port(),
                        service.url(),
                        service.managementUrl()))
                .toList();
        return new RunFile(
                layout.url("gateway-service"),
                suite.adminToken(),
                demo,
                services,
                new RunFile.PostgresServer(
                        database.urlWithPassword(),
                        suite.postgres().map(own -> pid.applyAsLong(own.name())).orElse(null),
                        database.port(),
                        database.database(),
                        database.user()),
                new RunFile.RedisServer(
                        suite.redisUrl(),
                        suite.redis().map(own -> pid.applyAsLong(own.name())).orElse(null)),
                ProcessHandle.current().pid(),
                layout.portBase(),
                layout.data().toString(),
                startedAt,
                restarts);
    }
}

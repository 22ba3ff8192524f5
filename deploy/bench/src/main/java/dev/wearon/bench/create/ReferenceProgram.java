package dev.wearon.bench.create;

import dev.wearon.processes.Ports;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.Program;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A reference in its own process.
 *
 * @param folder in which it runs
 */
record ReferenceProgram(String name, Path folder, List<String> arguments, int port, Map<String, String> variables)
        implements Program {

    /** The heap of a service. */
    private static final List<String> JAVA = List.of("-XX:+UseSerialGC", "-Xms24m", "-Xmx160m", "-Xss512k");

    static ReferenceProgram plain(Path folder, int port, PostgresAddress database, String redisUrl) {
        List<String> arguments = new ArrayList<>();
        arguments.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        arguments.addAll(JAVA);
        arguments.addAll(List.of("-cp", System.getProperty("java.class.path"), PlainServer.class.getName()));
        return new ReferenceProgram("plain", folder, arguments, port, variables(port, database, redisUrl));
    }

    /** @param folder with the packages that {@link Fastify} installed */
    static ReferenceProgram fastify(Path folder, int port, PostgresAddress database, String redisUrl) {
        return new ReferenceProgram(
                "fastify", folder, List.of("node", "server.js"), port, variables(port, database, redisUrl));
    }

    private static Map<String, String> variables(int port, PostgresAddress database, String redisUrl) {
        return Map.of(
                "PORT",
                Integer.toString(port),
                "DATABASE_URL",
                database.urlWithPassword(),
                "REDIS_URL",
                redisUrl,
                "NODE_ENV",
                "production");
    }

    @Override
    public void prepare() {}

    @Override
    public ProcessBuilder command() {
        ProcessBuilder builder = new ProcessBuilder(arguments).directory(folder.toFile());
        builder.environment().putAll(variables);
        return builder;
    }

    @Override
    public boolean isReady() {
        return Ports.answers("127.0.0.1", port);
    }

    @Override
    public void requestStop(ProcessHandle process) {
        process.destroy();
    }

    /** Does not show the variables, because one holds a password. */
    @Override
    public String toString() {
        return name + " on port " + port;
    }
}

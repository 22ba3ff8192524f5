package dev.wearon.local.suite;

import java.nio.file.Path;
import java.util.List;

/**
 * Where everything of one suite is: files in the data folder, ports above the base.
 *
 * @param root the source tree, where the build leaves the services
 * @param data the one folder with data, logs and {@code run.json}; absolute
 * @param portBase first of ten ports on 127.0.0.1: four public ones, their four management ports, PostgreSQL, Redis
 */
public record Layout(Path root, Path data, int portBase) {

    /** The services in the order of their ports; the gateway has the base itself. */
    public static final List<String> SERVICES =
            List.of("gateway-service", "credits-service", "generation-service", "storage-service");

    public static final String POSTGRES = "postgres";
    public static final String REDIS = "redis";

    /** How many ports a suite takes, from the base on. */
    public static final int PORTS = 10;

    public Layout {
        data = data.toAbsolutePath().normalize();
        root = root.toAbsolutePath().normalize();
    }

    public int port(String service) {
        return portBase + SERVICES.indexOf(service);
    }

    public int managementPort(String service) {
        return portBase + SERVICES.size() + SERVICES.indexOf(service);
    }

    public int postgresPort() {
        return portBase + 8;
    }

    public int redisPort() {
        return portBase + 9;
    }

    public String url(String service) {
        return "http://127.0.0.1:" + port(service);
    }

    /** The schema, and the issuer of identities, is the service's name without its ending. */
    public static String schema(String service) {
        return service.substring(0, service.length() - "-service".length());
    }

    /** What the build made of a service. */
    public Path built(String service) {
        return root.resolve(service).resolve("target/quarkus-app");
    }

    /** What runs: a copy, so that a build does not change the files under a running process. */
    public Path program(String name) {
        return programs().resolve(name);
    }

    Path programs() {
        return data.resolve("programs");
    }

    Path lock() {
        return data.resolve("lock");
    }

    Path pids() {
        return data.resolve("pids");
    }

    public Path runFile() {
        return data.resolve("run.json");
    }

    Path secrets() {
        return data.resolve("secrets.json");
    }

    public Path identities() {
        return data.resolve("identities");
    }

    Path postgresData() {
        return data.resolve(POSTGRES);
    }

    Path redisData() {
        return data.resolve(REDIS);
    }

    Path storageData() {
        return data.resolve("storage");
    }

    Path demoStore() {
        return data.resolve("demo-store.json");
    }

    /** Where the servers' programs are unpacked when the user's cache folder cannot be written. */
    Path cache() {
        return data.resolve("cache");
    }

    /** Where {@code wearon demo} puts its pictures. */
    public Path demo() {
        return data.resolve("demo");
    }

    /** A header line with the demo store's key, for {@code curl -H @file}: the key stays off screens and process lists. */
    public Path demoHeader() {
        return data.resolve("demo.header");
    }

    public Path logs() {
        return data.resolve("logs");
    }

    public Path log(String program) {
        return logs().resolve(program + ".log");
    }

    /** Everything a suite may leave in its data folder; {@code reset} removes these and nothing else. */
    public List<Path> everything() {
        return List.of(
                runFile(),
                demoHeader(),
                demoStore(),
                demo(),
                pids(),
                programs(),
                cache(),
                postgresData(),
                redisData(),
                storageData(),
                identities(),
                secrets(),
                logs(),
                lock());
    }

    /** The command line that reaches this suite, as it can be pasted. */
    public String commandLine(String command) {
        boolean usual = data.equals(root.resolve(".wearon"));
        return script() + " " + command + (usual ? "" : " --data " + quoted(data));
    }

    /** The shell script, as it can be pasted. */
    public String script() {
        boolean here = root.equals(Path.of("").toAbsolutePath());
        return here ? "./wearon" : quoted(root.resolve("wearon"));
    }

    /** A path that a shell takes as one word. */
    public static String quoted(Path path) {
        return quoted(path.toString());
    }

    /** A text that a shell takes as one word. */
    public static String quoted(String text) {
        return text.matches("[\\w./@:+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}

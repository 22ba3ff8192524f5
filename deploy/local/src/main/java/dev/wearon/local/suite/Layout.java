package dev.wearon.local.suite;

import java.nio.file.Path;
import java.util.List;

/**
 * The files and ports of one suite.
 *
 * @param root the source tree with the built services
 * @param data the folder with data, logs and {@code run.json}; absolute
 * @param portBase the first of ten ports: four services, their four management ports, PostgreSQL, Redis
 */
public record Layout(Path root, Path data, int portBase) {

    /** The services, in the order of their ports. */
    public static final List<String> SERVICES =
            List.of("gateway-service", "credits-service", "generation-service", "storage-service");

    public static final String POSTGRES = "postgres";
    public static final String REDIS = "redis";

    static final String PROMETHEUS = "prometheus";

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

    /** The one after the ten ports, because Prometheus runs only with {@code up --observe}. */
    int prometheusPort() {
        return portBase + PORTS;
    }

    /** The one after that of Prometheus, because the shop runs only with {@code demo --shop}. */
    public int shopPort() {
        return portBase + PORTS + 1;
    }

    /** Of the shop. Not at 127.0.0.1, so that its pages and the gateway are different hosts, as at Shopify. */
    public String shopUrl() {
        return "http://localhost:" + shopPort() + "/";
    }

    public String url(String service) {
        return "http://127.0.0.1:" + port(service);
    }

    /** The service's name without {@code -service}: its database schema, and its name as an issuer of identities. */
    public static String schema(String service) {
        return service.substring(0, service.length() - "-service".length());
    }

    /** The output of the service's build. */
    public Path built(String service) {
        return root.resolve(service).resolve("target/quarkus-app");
    }

    /** The copy of the program that is started. A build does not change it. */
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

    public Path secrets() {
        return data.resolve("secrets.json");
    }

    public Path identities() {
        return data.resolve("identities");
    }

    public Path postgresData() {
        return data.resolve(POSTGRES);
    }

    Path redisData() {
        return data.resolve(REDIS);
    }

    Path prometheusData() {
        return data.resolve(PROMETHEUS);
    }

    /** The rules of Prometheus in the source tree. */
    Path rules() {
        return root.resolve("deploy/observability/rules");
    }

    public Path storageData() {
        return data.resolve("storage");
    }

    public Path demoStoreFile() {
        return data.resolve("demo-store.json");
    }

    /** The stores of {@code wearon demo --shop}, with their keys. */
    public Path demoShopFile() {
        return data.resolve("demo-shop.json");
    }

    /** PostgreSQL and Redis are unpacked here if the user's cache folder is not writable. */
    Path cache() {
        return data.resolve("cache");
    }

    /** The pictures of {@code wearon demo}. */
    public Path demoPictures() {
        return data.resolve("demo");
    }

    /** A header with the demo store's key for {@code curl -H @file}, so that no process list shows the key. */
    public Path demoHeaderFile() {
        return data.resolve("demo.header");
    }

    public Path logs() {
        return data.resolve("logs");
    }

    public Path log(String program) {
        return logs().resolve(program + ".log");
    }

    /** All files that a suite creates in its data folder; {@code reset} removes only these. */
    public List<Path> ownFiles() {
        return List.of(
                runFile(),
                demoHeaderFile(),
                demoStoreFile(),
                demoShopFile(),
                demoPictures(),
                pids(),
                programs(),
                cache(),
                postgresData(),
                redisData(),
                prometheusData(),
                storageData(),
                identities(),
                secrets(),
                logs(),
                lock());
    }

    /** The command line for this suite, ready to paste into a shell. */
    public String commandLine(String command) {
        boolean isDefaultFolder = data.equals(root.resolve(".wearon"));
        return script() + " " + command + (isDefaultFolder ? "" : " --data " + quoted(data));
    }

    /** The path of the shell script, ready to paste into a shell. */
    public String script() {
        boolean here = root.equals(Path.of("").toAbsolutePath());
        return here ? "./wearon" : quoted(root.resolve("wearon"));
    }

    /** Quotes the path as one word of a shell command. */
    public static String quoted(Path path) {
        return quoted(path.toString());
    }

    /** Quotes the text as one word of a shell command. */
    public static String quoted(String text) {
        return text.matches("[\\w./@:+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }
}

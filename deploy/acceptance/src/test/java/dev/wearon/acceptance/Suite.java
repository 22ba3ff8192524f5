package dev.wearon.acceptance;

import static io.restassured.RestAssured.given;
import static java.util.concurrent.TimeUnit.SECONDS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.processes.Ports;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.ProcessLogs;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The suite as an operator runs it: the command {@code wearon} with its own data folder and port range.
 *
 * @param environment what is set for the command beside the data folder, for example {@code WEARON_MODEL_TIMEOUT}
 */
record Suite(Path data, int portBase, Map<String, String> environment) {

    /** The project's top folder. */
    static final Path ROOT = Path.of("../..").toAbsolutePath().normalize();

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int PORTS = 10;

    /** More calls than a test makes. */
    static final String UNLIMITED = "1000000";

    /** Of all services. Long, because on a busy machine a process may not run for seconds; most tests want no 503 then. */
    static final Map<String, String> PATIENT = Map.ofEntries(
            Map.entry("WEARON_DB_STATEMENT_TIMEOUT", "20s"),
            Map.entry("WEARON_PROXY_CONNECT_TIMEOUT", "20s"),
            Map.entry("WEARON_PROXY_RESPONSE_TIMEOUT", "20s"),
            Map.entry("WEARON_PROXY_CREATE_TIMEOUT", "60s"),
            Map.entry("WEARON_KEYS_LOOKUP_TIMEOUT", "20s"),
            Map.entry("WEARON_SESSIONS_CREATE_BUDGET", "50s"),
            Map.entry("WEARON_IMAGES_RESPONSE_TIMEOUT", "20s"),
            Map.entry("WEARON_IMAGES_TRANSFER_TIMEOUT", "20s"),
            Map.entry("WEARON_QUEUE_TIMEOUT", "4s"),
            Map.entry("WEARON_CALLS_CONNECT_TIMEOUT", "20s"),
            Map.entry("WEARON_CHARGING_RESPONSE_TIMEOUT", "20s"),
            Map.entry("WEARON_LEDGER_CONNECTION_TIMEOUT", "20s"),
            Map.entry("WEARON_LEDGER_STATEMENT_TIMEOUT", "20s"),
            Map.entry("WEARON_LEDGER_RESPONSE_TIMEOUT", "20s"),
            Map.entry("WEARON_LEDGER_BATCH_LOCK_TIMEOUT", "20s"));

    /** {@link #PATIENT} and these variables. */
    static Map<String, String> patient(Map<String, String> more) {
        Map<String, String> all = new HashMap<>(PATIENT);
        all.putAll(more);
        return all;
    }

    /** For processes that run only for seconds: without the second compiler they start faster. */
    static final String FAST_START = "-XX:TieredStopAtLevel=1";

    /** The exit code of a command, and what it printed. */
    record Ran(int exitCode, String output) {}

    static Suite in(Path folder, Map<String, String> environment) throws IOException {
        return new Suite(folder.resolve("data"), Ports.freeRange(PORTS), environment);
    }

    /** Runs {@code wearon} with these arguments, for five minutes at most. */
    Ran wearon(String... arguments) throws IOException, InterruptedException {
        return wearon(false, arguments);
    }

    /** Runs {@code wearon} with {@code --json} and returns the document, which is all of standard output. */
    JsonNode json(String... arguments) throws IOException, InterruptedException {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--json");
        return JSON.readTree(wearon(true, all.toArray(String[]::new)).output());
    }

    private Ran wearon(boolean onlyStandardOutput, String... arguments) throws IOException, InterruptedException {
        Files.createDirectories(data.getParent());
        ProcessLogs.record(data.resolve("logs"));
        Path output = Files.createTempFile(data.getParent(), "wearon-", ".out");
        List<String> command = new ArrayList<>(List.of(ROOT.resolve("wearon").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--data", data.toString(), "--port-base", Integer.toString(portBase)));
        ProcessBuilder builder = new ProcessBuilder(command).redirectOutput(output.toFile());
        if (onlyStandardOutput) {
            builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        } else {
            builder.redirectErrorStream(true);
        }
        // Those of the caller would change the suite.
        builder.environment().keySet().removeIf(name -> name.startsWith("WEARON_"));
        builder.environment().put("WEARON_LIMITS_PER_MINUTE_WITHOUT_TIER", UNLIMITED);
        builder.environment().put("WEARON_LIMITS_PER_HOUR_WITHOUT_TIER", UNLIMITED);
        builder.environment().put("WEARON_LIMITS_PER_MINUTE_SCALE", UNLIMITED);
        builder.environment().put("WEARON_LIMITS_PER_HOUR_SCALE", UNLIMITED);
        builder.environment().putAll(environment);
        // Everything is packaged already, and a build inside the build would disturb it.
        builder.environment().put("WEARON_BUILD", "no");
        // To record a cache takes longer than the starts of these tests.
        builder.environment().put("WEARON_STARTUP_CACHE", "off");
        builder.environment().put("JAVA_TOOL_OPTIONS", FAST_START);
        Process process = builder.start();
        if (!process.waitFor(300, SECONDS)) {
            process.destroy();
            throw new IOException("wearon did not end in time: " + Files.readString(output));
        }
        return new Ran(process.exitValue(), printed(output));
    }

    /** Removes the line that each JVM prints about its options. */
    private static String printed(Path output) throws IOException {
        return Files.readString(output, StandardCharsets.UTF_8)
                .replaceAll("(?m)^Picked up JAVA_TOOL_OPTIONS: .*\\R", "");
    }

    JsonNode run() throws IOException {
        return JSON.readTree(data.resolve("run.json").toFile());
    }

    URI gateway() throws IOException {
        return URI.create(run().get("gateway_url").textValue());
    }

    String apiKey() throws IOException {
        return run().get("demo").get("api_key").textValue();
    }

    JsonNode service(String name) throws IOException {
        for (JsonNode service : run().get("services")) {
            if (service.get("name").textValue().startsWith(name)) {
                return service;
            }
        }
        throw new IllegalStateException("run.json names no service " + name);
    }

    /** Sends requests to the gateway with the operator's token. */
    RequestSpecification operator() throws IOException {
        return given().baseUri(gateway().toString())
                .auth()
                .preemptive()
                .oauth2(run().get("admin_token").textValue());
    }

    /** The first column of the first row, as text; null without a row. */
    String query(String statement, Object... values) throws IOException, SQLException {
        PostgresAddress admin =
                PostgresAddress.parse(run().get("postgres").get("url").textValue());
        try (Connection connection = DriverManager.getConnection(admin.jdbcUrl(), admin.jdbcProperties());
                PreparedStatement prepared = connection.prepareStatement(statement)) {
            for (int i = 0; i < values.length; i++) {
                prepared.setObject(i + 1, values[i]);
            }
            try (ResultSet rows = prepared.executeQuery()) {
                return rows.next() ? rows.getString(1) : null;
            }
        }
    }

    /** Every process that {@code run.json} names. */
    List<ProcessHandle> processes() throws IOException {
        Map<String, Long> pids = new HashMap<>();
        run().get("services")
                .forEach(service -> pids.put(
                        service.get("name").textValue(), service.get("pid").longValue()));
        pids.put("postgres", run().get("postgres").get("pid").longValue());
        pids.put("redis", run().get("redis").get("pid").longValue());
        return pids.values().stream()
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .toList();
    }
}

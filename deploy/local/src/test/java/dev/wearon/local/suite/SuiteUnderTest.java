package dev.wearon.local.suite;

import dev.wearon.processes.Ports;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.ProcessLogs;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/** A suite in a temporary folder with fake services. The tests run the real command in its own process. */
public final class SuiteUnderTest implements AutoCloseable {

    /** @param output standard output and standard error */
    public record Ended(int exitCode, String output) {}

    private final Layout layout;
    private final Map<String, String> variables;

    public SuiteUnderTest(Path folder, Map<String, String> variables) throws IOException {
        // The paths contain a space, because a home folder may contain one.
        this(
                new Layout(
                        folder.resolve("source tree"), folder.resolve("the data"), Ports.freeRange(Layout.PORTS + 2)),
                variables);
        for (String service : Layout.SERVICES) {
            Path jar = layout.built(service).resolve("quarkus-run.jar");
            Files.createDirectories(jar.getParent());
            writeFakeService(jar);
        }
    }

    private SuiteUnderTest(Layout layout, Map<String, String> variables) {
        this.layout = layout;
        this.variables = variables;
    }

    /** A suite with the same source tree and ports, and another data folder. */
    public SuiteUnderTest inAnotherFolder(String name) {
        return new SuiteUnderTest(
                new Layout(layout.root(), layout.data().resolveSibling(name), layout.portBase()), variables);
    }

    public SuiteUnderTest with(Map<String, String> otherVariables) {
        return new SuiteUnderTest(layout, otherVariables);
    }

    public Layout layout() {
        return layout;
    }

    public Ended run(String... command) throws IOException {
        Process process = start(command);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            return new Ended(process.waitFor(), output);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    public Process start(String... command) throws IOException {
        ProcessLogs.record(layout.logs());
        List<String> line = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dwearon.root=" + layout.root(),
                "-cp",
                classPath(),
                "dev.wearon.local.commands.Wearon"));
        line.addAll(List.of(command));
        line.addAll(List.of("--data", layout.data().toString(), "--port-base", "" + layout.portBase()));
        ProcessBuilder builder = new ProcessBuilder(line).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("WEARON_"));
        // The fake services could not answer the requests of the recording.
        builder.environment().put("WEARON_STARTUP_CACHE", "off");
        builder.environment().putAll(variables);
        return builder.start();
    }

    public RunFile runFile() throws IOException {
        try {
            return RunFile.read(layout.runFile()).orElseThrow(() -> new IOException("The suite is not up"));
        } catch (UserError damaged) {
            throw new IOException(damaged);
        }
    }

    /** The processes of the six programs and of the supervisor, with their descendants. */
    public List<ProcessHandle> processes() throws IOException {
        RunFile run = runFile();
        Stream<Long> programs = Stream.concat(
                run.services().stream().map(RunFile.Service::pid),
                Stream.of(run.postgres().pid(), run.redis().pid()).filter(pid -> pid != null));
        return Stream.concat(programs, Stream.of(run.supervisorPid()))
                .flatMap(pid -> ProcessHandle.of(pid).stream())
                .flatMap(process -> Stream.concat(Stream.of(process), process.descendants()))
                .distinct()
                .toList();
    }

    public List<String> environmentOf(String service) throws IOException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create(layout.url(service) + "/environment");
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body()
                    .lines()
                    .toList();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException(interrupted);
        }
    }

    public Connection database() throws IOException, SQLException {
        PostgresAddress address = PostgresAddress.parse(runFile().postgres().url());
        return DriverManager.getConnection(address.jdbcUrl(), address.jdbcProperties());
    }

    /** Stops the suite in any state. */
    @Override
    public void close() throws IOException {
        run("down");
    }

    /** The class path of this test without Quarkus and JBoss libraries, which change the logging of Java. */
    private static String classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("quarkus") && !entry.contains("jboss") && !entry.contains("slf4j"))
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static void writeFakeService(Path jar) throws IOException {
        Manifest manifest = new Manifest();
        manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
        manifest.getMainAttributes().put(Attributes.Name.MAIN_CLASS, FakeService.class.getName());
        String entry = FakeService.class.getName().replace('.', '/') + ".class";
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream packed = new JarOutputStream(file, manifest);
                var code = FakeService.class.getResourceAsStream("/" + entry)) {
            packed.putNextEntry(new ZipEntry(entry));
            code.transferTo(packed);
        }
    }
}

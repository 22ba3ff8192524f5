package dev.wearon.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * How many faults the tests of the ledger and of the saga notice: pitest changes the compiled code in one place, runs the tests
 * that reach it, and repeats that for every place. See {@code CONTRIBUTING.md}.
 */
class MutationIT {

    private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();

    /** Of all mutants, those that a test must notice. */
    private static final int LEAST_PERCENT = 80;

    /**
     * @param service its folder is {@code <service>-service}
     * @param packages below the package of the service, with the code to change
     * @param serversOf a test class with the servers of all tests, below the package of the service
     * @param profile a test profile, below the package of the service; empty: none
     * @param leftOut tests, below the package of the service
     */
    record Subject(String service, List<String> packages, String serversOf, String profile, List<String> leftOut) {

        String root() {
            return "dev.wearon.%s.".formatted(service);
        }

        Path folder() {
            return ROOT.resolve(service + "-service");
        }

        @Override
        public String toString() {
            return service + " " + packages;
        }
    }

    static Stream<Subject> subjects() {
        return Stream.of(
                new Subject(
                        "credits",
                        List.of("charges", "ledger"),
                        "charges.ChargesResourceTest",
                        "",
                        List.of("properties.*", "MigrationTest", "ErrorMessagesTest", "OpenApiTest", "ReadinessTest")),
                new Subject(
                        "generation",
                        List.of("charging", "sessions"),
                        "sessions.SessionsTest",
                        "ShortTimeouts",
                        List.of("ErrorMessagesTest", "OpenApiTest", "ReadinessTest")));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void testsNoticeFaults(Subject subject) throws Exception {
        Path report = Path.of("target", "mutation", subject.service()).toAbsolutePath();

        analyse(subject, report);

        List<Element> mutants = mutants(report.resolve("mutations.xml"));
        List<Element> survivors = mutants.stream()
                .filter(mutant -> !Boolean.parseBoolean(mutant.getAttribute("detected")))
                .toList();
        survivors.forEach(survivor -> System.out.println(line(survivor)));
        int noticed = 100 * (mutants.size() - survivors.size()) / mutants.size();
        System.out.printf(
                "%s: %d %% of %d mutants noticed, %d not; report: %s%n",
                subject, noticed, mutants.size(), survivors.size(), report.resolve("index.html"));
        assertThat(noticed).isGreaterThanOrEqualTo(LEAST_PERCENT);
    }

    /** The analysis is a process of its own, in the folder of the service as its tests are. */
    private static void analyse(Subject subject, Path report) throws Exception {
        Files.createDirectories(report);
        String jvm = String.join(
                ",",
                "-Xmx1g",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                // As in the manifest of the service.
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Djunit.jupiter.extensions.autodetection.enabled=true",
                "-D" + ServiceInThisJvm.SERVERS_OF + "=" + subject.root() + subject.serversOf(),
                "-D" + ServiceInThisJvm.PROFILE + "="
                        + (subject.profile().isEmpty() ? "" : subject.root() + subject.profile()));
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath(subject),
                "org.pitest.mutationtest.commandline.MutationCoverageReport",
                "--reportDir=" + report,
                "--timestampedReports=false",
                "--outputFormats=XML,HTML",
                "--sourceDirs=" + subject.folder().resolve("src/main/java"),
                "--mutableCodePaths=" + commaSeparated(application(subject)),
                "--targetClasses=" + below(subject, subject.packages(), ".*"),
                "--targetTests=" + subject.root() + "*Test",
                "--excludedTestClasses=" + below(subject, subject.leftOut(), ""),
                "--excludedGroups=thorough",
                "--avoidCallsTo=org.jboss.logging",
                "--threads=" + System.getProperty("mutation.threads", "2"),
                // Waits for locks and timeouts are part of the tests.
                "--timeoutConst=15000",
                "--jvmArgs=" + jvm);
        Process process = new ProcessBuilder(command)
                .directory(subject.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(report.resolve("output.txt").toFile())
                .start();
        try {
            assertThat(process.waitFor()).as("%s", report.resolve("output.txt")).isZero();
        } finally {
            process.destroy();
        }
    }

    /** The packaged service comes first: it holds the classes that Quarkus has generated and changed. */
    private static String classPath(Subject subject) throws IOException {
        List<Path> paths = new ArrayList<>();
        paths.add(Path.of("target", "test-classes").toAbsolutePath());
        paths.addAll(application(subject));
        for (String libraries : List.of("lib/boot", "lib/main")) {
            paths.addAll(jars(subject.folder().resolve("target/quarkus-app").resolve(libraries)));
        }
        paths.add(subject.folder().resolve("target/test-classes"));
        return paths.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator))
                + File.pathSeparator
                + System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    }

    private static List<Path> application(Subject subject) throws IOException {
        Path packaged = subject.folder().resolve("target/quarkus-app");
        List<Path> jars = new ArrayList<>(List.of(
                packaged.resolve("quarkus/transformed-bytecode.jar"),
                packaged.resolve("quarkus/generated-bytecode.jar")));
        jars.addAll(jars(packaged.resolve("app")));
        return jars;
    }

    private static List<Path> jars(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList();
        }
    }

    private static String commaSeparated(List<Path> paths) {
        return paths.stream().map(Path::toString).collect(Collectors.joining(","));
    }

    private static String below(Subject subject, List<String> names, String end) {
        return names.stream().map(name -> subject.root() + name + end).collect(Collectors.joining(","));
    }

    private static List<Element> mutants(Path report) throws Exception {
        NodeList mutants = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getElementsByTagName("mutation");
        List<Element> all = new ArrayList<>();
        for (int i = 0; i < mutants.getLength(); i++) {
            all.add((Element) mutants.item(i));
        }
        return all;
    }

    private static String line(Element mutant) {
        return "%-11s %s:%s %s: %s"
                .formatted(
                        mutant.getAttribute("status"),
                        text(mutant, "mutatedClass"),
                        text(mutant, "lineNumber"),
                        text(mutant, "mutatedMethod"),
                        text(mutant, "description"));
    }

    private static String text(Element mutant, String child) {
        return mutant.getElementsByTagName(child).item(0).getTextContent();
    }
}

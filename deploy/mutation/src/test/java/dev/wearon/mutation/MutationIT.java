package dev.wearon.mutation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.TemporaryFolder;
import dev.wearon.processes.Waiting;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    /** Statuses of mutants that may owe their end to the mutants before them in their process. */
    private static final Set<String> DOUBTFUL = Set.of("RUN_ERROR", "TIMED_OUT", "MEMORY_ERROR");

    /** A run error is no notice: it means that the failure of the test was not proved. */
    private static final Set<String> NOTICED = Set.of("KILLED", "TIMED_OUT", "MEMORY_ERROR");

    /** Of all mutants, those that a test must notice. */
    private static final int LEAST_PERCENT = 80;

    /**
     * @param service its folder is {@code <service>-service}
     * @param packages below the package of the service, with the code to change
     * @param serversOf a test class with the servers of all tests, below the package of the service
     * @param profile a test profile, below the package of the service; empty: none
     * @param tests below the package of the service: those that say what the code does. A mutant that survives runs all of them that
     *     reach it, so the long ones on SQL functions, storms and neighbours are not among them.
     */
    record Subject(String service, List<String> packages, String serversOf, String profile, List<String> tests) {

        String targetClasses() {
            return below(packages, ".*");
        }

        String targetTests() {
            return below(tests, "Test");
        }

        private String below(List<String> names, String end) {
            return commaSeparated(names.stream().map(name -> root() + name + end));
        }

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
        String only = System.getProperty("mutation.only", "");
        return Stream.of(
                        new Subject(
                                "credits",
                                List.of("charges", "ledger"),
                                "charges.ChargesResourceTest",
                                "",
                                List.of("charges.*", "wallets.*", "Identity", "ShopperTokens")),
                        new Subject(
                                "generation",
                                List.of("charging", "sessions"),
                                "sessions.SessionsTest",
                                "ShortTimeouts",
                                List.of(
                                        "sessions.Create*",
                                        "sessions.F*",
                                        "sessions.InsertBatches",
                                        "sessions.PaidCancels",
                                        "sessions.S*",
                                        "sessions.UnfinishedLimit",
                                        "stores.Cancel",
                                        "stores.GarmentType",
                                        "stores.Receipt",
                                        "stores.SessionsResource",
                                        "stores.ShopperTokens",
                                        "stores.TryOnRequest",
                                        "upkeep.Deadlines",
                                        "upkeep.Reconciler",
                                        "upkeep.Retention")))
                .filter(subject -> only.isEmpty() || subject.service().equals(only));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void testsNoticeFaults(Subject subject) throws Exception {
        Path report = Path.of("target", "mutation", subject.service()).toAbsolutePath();

        Map<String, Element> mutants = analyse(subject, report, subject.targetClasses(), List.of());
        List<Element> doubtful =
                mutants.values().stream().filter(mutant -> is(mutant, DOUBTFUL)).toList();
        if (!doubtful.isEmpty()) {
            Path only = Files.write(
                    report.resolve("doubtful.txt"),
                    doubtful.stream().map(MutationIT::id).toList());
            Map<String, Element> again = analyse(
                    subject,
                    report.resolve("doubtful"),
                    commaSeparated(doubtful.stream().map(mutant -> text(mutant, "mutatedClass"))),
                    List.of("-D" + Mutants.ONLY + "=" + only));
            doubtful.forEach(mutant -> mutants.computeIfPresent(id(mutant), (id, before) -> again.get(id)));
        }

        List<Element> survivors =
                mutants.values().stream().filter(mutant -> !is(mutant, NOTICED)).toList();
        survivors.forEach(survivor -> System.out.println(line(survivor)));
        int noticed = 100 * (mutants.size() - survivors.size()) / mutants.size();
        System.out.printf(
                "%s: %d %% of %d mutants noticed, %d not, %d run again; reports: %s%n",
                subject, noticed, mutants.size(), survivors.size(), doubtful.size(), report);
        assertThat(noticed).isGreaterThanOrEqualTo(LEAST_PERCENT);
    }

    /** The analysis is a process of its own, in the folder of the service as its tests are. */
    private static Map<String, Element> analyse(Subject subject, Path report, String classes, List<String> jvmOptions)
            throws Exception {
        TemporaryFolder temporary = TemporaryFolder.in(report, "servers-");
        List<String> jvm = new ArrayList<>(jvmOptions);
        jvm.addAll(List.of(
                "-Xmx1g",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                // As in the manifest of the service.
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Djava.io.tmpdir=" + temporary.path(),
                "-Djunit.jupiter.extensions.autodetection.enabled=true",
                "-D" + ServiceInThisJvm.SERVERS_OF + "=" + subject.root() + subject.serversOf(),
                "-D" + ServiceInThisJvm.PROFILE + "="
                        + (subject.profile().isEmpty() ? "" : subject.root() + subject.profile())));
        List<String> command = List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                classPath(subject),
                "org.pitest.mutationtest.commandline.MutationCoverageReport",
                "--reportDir=" + report,
                "--timestampedReports=false",
                "--outputFormats=XML,HTML",
                "--sourceDirs=" + subject.folder().resolve("src/main/java"),
                "--mutableCodePaths=" + commaSeparated(written(subject).stream().map(Path::toString)),
                "--targetClasses=" + classes,
                "--targetTests=" + subject.targetTests(),
                "--excludedGroups=thorough",
                // Of a busy machine.
                "--skipFailingTests=true",
                // Crash points have an effect only in tests of a crash, which are not among these.
                "--avoidCallsTo=org.jboss.logging,dev.wearon.generation.crash",
                "--threads=" + System.getProperty("mutation.threads", "2"),
                // For a failed test with its two repetitions. Waits for locks and timeouts are part of the tests.
                "--timeoutConst=60000",
                "--verbosity=VERBOSE_NO_SPINNER",
                "--jvmArgs=" + commaSeparated(jvm.stream()));
        Process process = new ProcessBuilder(command)
                .directory(subject.folder().toFile())
                .redirectErrorStream(true)
                .redirectOutput(report.resolve("output.txt").toFile())
                .start();
        try {
            assertThat(process.waitFor()).as("%s", report.resolve("output.txt")).isZero();
        } finally {
            process.destroy();
            Waiting.until(Duration.ofSeconds(10), temporary::removed);
        }
        return mutants(report.resolve("mutations.xml"));
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
        List<Path> jars = written(subject);
        jars.add(subject.folder().resolve("target/quarkus-app/quarkus/generated-bytecode.jar"));
        return jars;
    }

    /** The classes of the service without those that Quarkus has generated. */
    private static List<Path> written(Subject subject) throws IOException {
        Path packaged = subject.folder().resolve("target/quarkus-app");
        List<Path> jars = new ArrayList<>(List.of(packaged.resolve("quarkus/transformed-bytecode.jar")));
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

    private static String commaSeparated(Stream<String> names) {
        return names.distinct().collect(Collectors.joining(","));
    }

    /** By {@link #id}. */
    private static Map<String, Element> mutants(Path report) throws Exception {
        NodeList found = DocumentBuilderFactory.newDefaultInstance()
                .newDocumentBuilder()
                .parse(report.toFile())
                .getElementsByTagName("mutation");
        Map<String, Element> mutants = new LinkedHashMap<>();
        for (int i = 0; i < found.getLength(); i++) {
            Element mutant = (Element) found.item(i);
            mutants.put(id(mutant), mutant);
        }
        return mutants;
    }

    private static String id(Element mutant) {
        return Mutants.id(
                text(mutant, "mutatedClass"),
                text(mutant, "mutatedMethod"),
                text(mutant, "methodDescription"),
                text(mutant, "mutator"),
                text(mutant, "index"));
    }

    private static boolean is(Element mutant, Set<String> statuses) {
        return statuses.contains(mutant.getAttribute("status"));
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

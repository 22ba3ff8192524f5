package dev.wearon.acceptance;

import static java.util.concurrent.TimeUnit.MINUTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wearon.processes.Ports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Runs the code blocks of {@code docs/quickstart.md}, unchanged and in their order, in one shell, as a newcomer does. It runs the
 * section of a language only if that is installed. The folder has what a checkout has, except that everything is built already.
 */
class QuickstartIT {

    private static final Path PAGE = Suite.ROOT.resolve("docs/quickstart.md");
    private static final Pattern SECTION = Pattern.compile("(?ms)^## (.*?)$(.*?)(?=^## |\\z)");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```(\\w+)\\n(.*?)^```$");
    private static final Pattern FILE_NAME = Pattern.compile("\\A(?:#|//) (\\S+)\\n");

    @TempDir
    static Path folder;

    private static Suite suite;
    private static Path checkout;
    private static final Set<String> ran = new HashSet<>();
    private static String output;

    @BeforeAll
    static void runThePage() throws Exception {
        OtherLanguages.require(OtherLanguages.succeeds("curl", "--version"), "curl is not installed");
        checkout = Files.createDirectory(folder.resolve("checkout"));
        suite = new Suite(checkout.resolve(".wearon"), Ports.freeRange(10), Map.of());
        layOut();
        List<String> script = new ArrayList<>(List.of("set -eu"));
        for (MatchResult section : matches(SECTION, Files.readString(PAGE))) {
            if (isInstalled(section.group(1))) {
                ran.add(section.group(1));
                script.add("echo '== " + section.group(1) + "'");
                matches(BLOCK, section.group(2)).forEach(block -> add(script, block.group(1), block.group(2)));
            }
        }
        output = run(String.join("\n", script));
    }

    @AfterAll
    static void down() throws Exception {
        if (suite != null && Files.exists(suite.data().resolve("run.json"))) {
            suite.wearon("down");
        }
    }

    /** A checkout in which {@code mvnw} has nothing to do: a build inside the build would disturb it. */
    private static void layOut() throws IOException {
        for (String name : List.of("wearon", "deploy", "docs", "LICENSE", "NOTICE")) {
            Files.createSymbolicLink(checkout.resolve(name), Suite.ROOT.resolve(name));
        }
        // Copies, because other tests build these clients at the same time.
        for (String client : List.of("python", "typescript")) {
            copy(
                    Suite.ROOT.resolve("clients").resolve(client),
                    checkout.resolve("clients").resolve(client));
        }
        Files.createSymbolicLink(checkout.resolve("clients/java"), Suite.ROOT.resolve("clients/java"));
        Path mvnw = Files.writeString(checkout.resolve("mvnw"), "#!/bin/sh\necho \"mvnw $*\"\n");
        assertThat(mvnw.toFile().setExecutable(true)).isTrue();
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file :
                    files.filter(path -> !isBuilt(from.relativize(path))).toList()) {
                Path target = to.resolve(from.relativize(file));
                if (Files.isDirectory(file)) {
                    Files.createDirectories(target);
                } else {
                    Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    private static boolean isBuilt(Path path) {
        return Stream.of("node_modules", "dist", "__pycache__")
                .anyMatch(name -> path.toString().contains(name));
    }

    /** A program has its file name in its first line; text in {@code json} shows what a command prints. */
    private static void add(List<String> script, String language, String block) {
        Matcher name = FILE_NAME.matcher(block);
        if (language.equals("sh")) {
            script.add(block);
        } else if (name.find()) {
            script.add("cat > " + name.group(1) + " <<'END OF PROGRAM'\n" + block + "END OF PROGRAM");
        } else {
            assertThat(language).isEqualTo("json");
        }
    }

    private static boolean isInstalled(String section) throws InterruptedException {
        return switch (section) {
            case "Python" ->
                OtherLanguages.ALL_REQUIRED
                        || OtherLanguages.hasPython() && OtherLanguages.succeeds("python3", "-c", "import ensurepip");
            case "JavaScript and TypeScript" ->
                OtherLanguages.ALL_REQUIRED
                        || OtherLanguages.hasNode() && OtherLanguages.succeeds("npm", "ping", "--fetch-retries=0");
            default -> true;
        };
    }

    private static List<MatchResult> matches(Pattern pattern, String text) {
        return pattern.matcher(text).results().toList();
    }

    private static String run(String script) throws Exception {
        Path printed = folder.resolve("printed");
        ProcessBuilder shell = new ProcessBuilder("sh", "-c", script)
                .directory(checkout.toFile())
                .redirectErrorStream(true)
                .redirectOutput(printed.toFile());
        shell.environment().putAll(Suite.PATIENT);
        shell.environment()
                .putAll(Map.of(
                        "WEARON_DATA",
                        suite.data().toString(),
                        "WEARON_PORT_BASE",
                        Integer.toString(suite.portBase()),
                        "JAVA_TOOL_OPTIONS",
                        Suite.FAST_START,
                        "WEARON_STARTUP_CACHE",
                        "off",
                        "WEARON_BUILD",
                        "no",
                        "PATH",
                        Path.of(System.getProperty("java.home"), "bin") + ":" + System.getenv("PATH")));
        Process process = shell.start();
        boolean ended = process.waitFor(8, MINUTES);
        process.descendants().filter(child -> !ended).forEach(ProcessHandle::destroy);
        process.destroy();
        String output = Files.readString(printed);
        assertThat(ended).as(output).isTrue();
        assertThat(process.exitValue()).as(output).isZero();
        return output;
    }

    @Test
    void curlMakesAPicture() throws Exception {
        assertPicture("curl.jpg");
        assertThat(output).contains("\"balance\":24,", "\ncompleted\n");
    }

    @Test
    void pythonMakesAPicture() throws Exception {
        assumeTrue(ran.contains("Python"));
        assertThat(output).contains("python.jpg is there.");
        assertPicture("python.jpg");
    }

    @Test
    void nodeMakesAPicture() throws Exception {
        assumeTrue(ran.contains("JavaScript and TypeScript"));
        assertThat(output).contains("node.jpg is there.");
        assertPicture("node.jpg");
    }

    @Test
    void javaMakesAPicture() throws Exception {
        assertThat(output).contains("mvnw -q package -DskipTests -pl clients/java -am\n", "java.jpg is there.");
        assertPicture("java.jpg");
    }

    @Test
    void aStoreOfOnesOwnHasItsCredits() {
        assertThat(output.substring(output.indexOf("== A store of your own")))
                .contains("{\"balance\":10,\"total_purchased\":10,\"total_spent\":0,\"test\":false}");
    }

    private static void assertPicture(String name) throws IOException {
        assertThat(ImageIO.read(checkout.resolve("my-shop").resolve(name).toFile()))
                .as(output)
                .isNotNull();
    }
}

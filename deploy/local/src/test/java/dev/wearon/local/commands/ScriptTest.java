package dev.wearon.local.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.processes.Waiting;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the shell script in a temporary source tree, with a fake Maven and a fake JDK that print their arguments. */
class ScriptTest {

    private static final Path REAL = Path.of("../..").toAbsolutePath().normalize();
    private static final String MAVEN = """
            #!/bin/sh
            echo "maven $*" >>"$(dirname "$0")/maven-calls"
            [ -e "$(dirname "$0")/broken" ] && { echo '[ERROR] this line says why'; exit 1; }
            [ -e "$(dirname "$0")/slow" ] && exec sleep 60
            cd "$(dirname "$0")"
            for service in gateway credits generation storage; do
              echo "[INFO] Building $service-service 0.1.0-SNAPSHOT                 [4/7]"
              mkdir -p $service-service/target/quarkus-app && touch $service-service/target/quarkus-app/quarkus-run.jar
            done
            mkdir -p deploy/command/target/lib && touch deploy/command/target/lib/wearon-local-0.1.0-SNAPSHOT.jar
            """;

    @TempDir
    Path folder;

    private Path root;

    @BeforeEach
    void makeTree() throws IOException {
        root = Files.createDirectories(folder.resolve("source tree"));
        Files.createDirectories(root.resolve(".mvn"));
        Files.copy(REAL.resolve(".mvn/select-jdk.sh"), root.resolve(".mvn/select-jdk.sh"));
        executable(root.resolve("wearon"), Files.readString(REAL.resolve("wearon")));
        executable(root.resolve("mvnw"), MAVEN);
        for (String module : List.of("gateway", "credits", "generation", "storage")) {
            Files.createDirectories(root.resolve(module + "-service/src/main/java"));
        }
        Files.createDirectories(root.resolve("deploy/local/src/main/java"));
        Files.createDirectories(folder.resolve("jdk/bin"));
        Files.writeString(folder.resolve("jdk/release"), "JAVA_VERSION=\"25.0.1\"\n");
        executable(folder.resolve("jdk/bin/javac"), "#!/bin/sh\n");
        executable(folder.resolve("jdk/bin/java"), "#!/bin/sh\nfor a in \"$@\"; do echo \"java: $a\"; done\n");
    }

    @Test
    void buildsOnlyModulesThatAreOlderThanTheirSources() throws Exception {
        assertThat(run("up")).contains("[4/7] credits-service", "java: up", "java: -Dwearon.root=" + root);
        assertThat(run("up")).doesNotContain("Building");
        Path source = root.resolve("credits-service/src/main/java/New.java");
        Files.writeString(source, "");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(run("up")).contains("Building credits-service (");
        assertThat(mavenCalls()).hasSize(2).last().asString().contains("-pl credits-service -am");
    }

    @Test
    void buildsAgainWhenThePublicContractIsNewer() throws Exception {
        run("up");
        Path contract = Files.createDirectories(root.resolve("docs/api")).resolve("openapi.yaml");
        Files.writeString(contract, "");
        Files.setLastModifiedTime(contract, FileTime.from(Instant.now().plusSeconds(5)));
        assertThat(run("up")).contains("Building gateway-service");
    }

    @Test
    void buildsNoServicesForCommandsThatStartNone() throws Exception {
        assertThat(run("down", "--data", "my folder")).contains("java: down", "java: --data", "java: my folder");
        assertThat(run("store", "create", "demo")).contains("java: store", "java: create", "java: demo");
        assertThat(run("key", "list")).contains("java: key", "java: list");
        assertThat(run("credits", "grant", "--description", "up")).contains("java: credits", "java: up");
        assertThat(run("ledger", "check")).contains("java: check", "java: -Xmx64m");
        assertThat(run("config", "up")).contains("java: config");
        assertThat(run("doctor")).contains("java: doctor");
        assertThat(mavenCalls()).singleElement().asString().contains("-pl deploy/command -am");
    }

    @Test
    void buildsOnlyTheServicesOfABenchmarkAndRunsItWithTheFullCompiler() throws Exception {
        assertThat(run("bench", "ledger"))
                .contains("java: ledger", "java: -Xmx256m")
                .doesNotContain("TieredStopAtLevel");
        assertThat(mavenCalls()).singleElement().asString().contains("-pl credits-service,deploy/command -am");
        assertThat(run("status")).contains("java: -XX:TieredStopAtLevel=1", "java: -Xmx64m");
    }

    @Test
    void buildsTheGatewayAndStorageForTheStorageBenchmark() throws Exception {
        assertThat(run("bench", "storage")).contains("java: storage", "java: -Xmx256m");
        assertThat(mavenCalls())
                .singleElement()
                .asString()
                .contains("-pl gateway-service,storage-service,deploy/command -am");
    }

    @Test
    void buildsAllServicesForTheirStartupCaches() throws Exception {
        assertThat(run("startup-cache")).contains("java: startup-cache", "java: -Xmx192m");
        assertThat(mavenCalls())
                .singleElement()
                .asString()
                .contains("-pl gateway-service,credits-service,generation-service,storage-service,deploy/command -am");
    }

    @Test
    void givesABackupAndARestoreEnoughMemory() throws Exception {
        assertThat(run("backup", "some folder")).contains("java: some folder", "java: -Xmx192m");
        assertThat(mavenCalls()).singleElement().asString().contains("-pl deploy/command -am");
        run("restore", "some folder");
        assertThat(run("restore", "some folder")).contains("java: restore", "java: -Xmx192m");
    }

    @Test
    void buildsAllServicesForARestore() throws Exception {
        run("restore", "some folder");
        assertThat(mavenCalls())
                .singleElement()
                .asString()
                .contains("-pl gateway-service,credits-service,generation-service,storage-service,deploy/command -am");
    }

    @Test
    void buildsAllServicesForTheirImages() throws Exception {
        assertThat(run("images", "build")).contains("java: images", "java: build", "java: -Xmx192m");
        assertThat(mavenCalls())
                .singleElement()
                .asString()
                .contains("-pl gateway-service,credits-service,generation-service,storage-service,deploy/command -am");
    }

    @Test
    void buildsTheWorkersForTheClaimBenchmark() throws Exception {
        assertThat(run("bench", "claim")).contains("java: claim", "java: -Xmx256m");
        assertThat(mavenCalls()).singleElement().asString().contains("-pl generation-service,deploy/command -am");
    }

    @Test
    void printsTheLastLinesOfAFailedBuild() throws Exception {
        Files.writeString(root.resolve("broken"), "");
        assertThat(run("demo"))
                .contains("the build failed", "| [ERROR] this line says why", "target/wearon-build.log", "exit code 2")
                .doesNotContain("java:");
    }

    @Test
    void leavesStandardOutputToTheJson() throws Exception {
        Output built = runSeparately("status", "--json");
        assertThat(built.out().lines()).allMatch(line -> line.startsWith("java: "));
        assertThat(built.err()).contains("Building deploy/command", "[4/7] credits-service");
        Files.writeString(root.resolve("broken"), "");
        Files.delete(root.resolve("deploy/command/target/lib/wearon-local-0.1.0-SNAPSHOT.jar"));
        Output failed = runSeparately("store", "list", "--json");
        assertThat(failed.err()).contains("the build failed", "| [ERROR] this line says why");
        JsonNode error = new ObjectMapper().readTree(failed.out()).path("error");
        assertThat(error.path("code").asText()).isEqualTo("COMMAND_FAILED");
        assertThat(error.path("message").asText()).isEqualTo("the build failed");
        assertThat(error.path("hint").asText()).contains(root + "/target/wearon-build.log");
        assertThat(error.path("status").isNull()).isTrue();
    }

    @Test
    void stopsTheBuildOnSigterm() throws Exception {
        Files.writeString(root.resolve("slow"), "");
        ProcessBuilder builder = new ProcessBuilder(root.resolve("wearon").toString(), "up");
        builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
        builder.environment().remove("WEARON_BUILD");
        Process script = builder.start();
        Path calls = root.resolve("maven-calls");
        Path pid = root.resolve("target/wearon-build.log.pid");
        assertThat(Waiting.until(
                        Duration.ofSeconds(30), () -> Files.exists(calls) && Files.exists(pid) && Files.size(pid) > 0))
                .isTrue();
        ProcessHandle maven =
                ProcessHandle.of(Long.parseLong(Files.readString(pid).strip())).orElseThrow();

        script.destroy();

        assertThat(script.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(script.exitValue()).isEqualTo(143);
        assertThat(Waiting.until(Duration.ofSeconds(20), () -> !maven.isAlive()))
                .isTrue();
    }

    @Test
    void findsTheSourceTreeThroughSymbolicLinks() throws Exception {
        run("status");
        Path link = Files.createSymbolicLink(folder.resolve("first"), Path.of("source tree/wearon"));
        Path second = Files.createSymbolicLink(folder.resolve("second"), link);
        assertThat(runScript(second, folder.resolve("jdk"), "status")).contains("java: -Dwearon.root=" + root);
    }

    @Test
    void reportsAMissingJdk() throws Exception {
        Path selection = root.resolve(".mvn/select-jdk.sh");
        Files.writeString(selection, Files.readString(selection).replace("WEARON_JDK_MIN=21", "WEARON_JDK_MIN=99"));
        assertThat(run("up")).contains("no JDK 99 or newer was found", "hint", "exit code 2");
    }

    private List<String> mavenCalls() throws IOException {
        return Files.readAllLines(root.resolve("maven-calls"));
    }

    private String run(String... arguments) throws Exception {
        return runScript(root.resolve("wearon"), folder.resolve("jdk"), arguments);
    }

    private record Output(String out, String err) {}

    private Output runSeparately(String... arguments) throws Exception {
        Path err = folder.resolve("standard error");
        List<String> command = new ArrayList<>(List.of(root.resolve("wearon").toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(err.toFile());
        builder.environment().put("JAVA_HOME", folder.resolve("jdk").toString());
        builder.environment().remove("WEARON_BUILD");
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return new Output(out, Files.readString(err));
    }

    private String runScript(Path script, Path javaHome, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", javaHome.toString());
        builder.environment().remove("WEARON_BUILD");
        Process process = builder.start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return output + "exit code " + process.waitFor();
    }

    private static void executable(Path file, String text) throws IOException {
        Files.writeString(file, text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}

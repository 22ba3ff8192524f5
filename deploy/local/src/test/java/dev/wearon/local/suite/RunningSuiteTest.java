package dev.wearon.local.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.wearon.local.suite.SuiteUnderTest.Ended;
import dev.wearon.processes.PausedProcess;
import dev.wearon.processes.Waiting;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The state, the refusals and the restarts of a suite that is up. */
class RunningSuiteTest {

    @TempDir
    static Path folder;

    private static SuiteUnderTest suite;

    @BeforeAll
    static void up() throws IOException {
        suite = new SuiteUnderTest(
                folder,
                Map.of(
                        "WEARON_ADMIN_TOKEN", "the-callers-own",
                        "WEARON_STORAGE_RETENTION", "PT1H",
                        "WEARON_LIVENESS_TIMEOUT", "12s",
                        "WEARON_HTTP_HOST", "0.0.0.0",
                        "WEARON_HEAP_STORAGE", "96m"));
        Ended up = suite.run("up");
        assertThat(up.output()).contains("gateway-service    ready", "WearOn is up at http://127.0.0.1:");
        assertThat(up.exitCode()).isZero();
    }

    @AfterAll
    static void down() throws IOException {
        suite.close();
    }

    @Test
    void writesAddressesAndPidsToRunJson() throws IOException {
        var json = PrivateFiles.JSON.readTree(suite.layout().runFile().toFile());
        int base = suite.layout().portBase();
        assertThat(json.path("gateway_url").asText()).isEqualTo("http://127.0.0.1:" + base);
        assertThat(json.path("admin_token").asText()).isEqualTo("the-callers-own");
        assertThat(json.at("/demo/store_id").asText()).hasSize(36);
        assertThat(json.at("/demo/api_key").asText()).startsWith("wk_");
        assertThat(json.path("services")).hasSize(4);
        assertThat(json.at("/services/2/name").asText()).isEqualTo("generation-service");
        assertThat(json.at("/services/2/port").asInt()).isEqualTo(base + 2);
        assertThat(json.at("/services/2/url").asText()).isEqualTo("http://127.0.0.1:" + (base + 2));
        assertThat(json.at("/services/2/management_url").asText()).isEqualTo("http://127.0.0.1:" + (base + 6));
        assertThat(json.at("/services/2/pid").asLong()).isPositive();
        assertThat(json.at("/postgres/pid").asLong()).isPositive();
        assertThat(json.at("/redis/url").asText()).isEqualTo("redis://127.0.0.1:" + (base + 9));
        assertThat(json.at("/redis/pid").asLong()).isPositive();
    }

    @Test
    void restrictsItsFilesToTheirOwner() throws IOException {
        Layout layout = suite.layout();
        assertThat(permissions(layout.data())).isEqualTo("rwx------");
        for (Path file :
                new Path[] {layout.runFile(), layout.secrets(), layout.demoStoreFile(), layout.demoHeaderFile()}) {
            assertThat(permissions(file)).as(file.toString()).isEqualTo("rw-------");
        }
    }

    @Test
    void doesNotStartASecondSupervisor() throws IOException {
        long supervisor = suite.runFile().supervisorPid();
        Ended again = suite.run("up");
        assertThat(again.exitCode()).isZero();
        assertThat(again.output())
                .contains("WearOn is up at", suite.layout().data().toString());
        assertThat(suite.runFile().supervisorPid()).isEqualTo(supervisor);
    }

    @Test
    void reportsAUsedPortWithItsProcess() throws IOException {
        Ended other = suite.inAnotherFolder("another").run("up");
        assertThat(other.exitCode()).isEqualTo(2);
        assertThat(other.output())
                .contains("Port " + suite.layout().portBase() + " (gateway-service) is in use by", "--port-base");
        if (Files.isDirectory(Path.of("/proc/self"))) {
            assertThat(other.output())
                    .contains("process " + suite.runFile().services().getFirst().pid());
        }
    }

    @Test
    void saysHowToGetAShop() throws IOException {
        Ended demo = suite.run("demo", "--shop");
        assertThat(demo.exitCode()).isEqualTo(2);
        assertThat(demo.output()).contains("up without the demo shop", "hint: stop it with", "demo --shop");
    }

    @Test
    void refusesAResetWhileItIsUp() throws IOException {
        Ended reset = suite.run("reset", "--yes");
        assertThat(reset.exitCode()).isEqualTo(2);
        assertThat(reset.output()).contains("is up", "down");
    }

    @Test
    void passesVariablesToAllServicesAndSecretsOnlyWhereNeeded() throws IOException {
        assertThat(suite.environmentOf("gateway-service"))
                .contains("WEARON_ADMIN_TOKEN=the-callers-own", "WEARON_STORAGE_RETENTION=PT1H")
                .anyMatch(variable -> variable.startsWith("WEARON_CREDITS_URL="))
                .noneMatch(variable -> variable.startsWith("WEARON_STORAGE_SIGNING_KEY="));
        assertThat(suite.environmentOf("storage-service"))
                .contains("WEARON_STORAGE_RETENTION=PT1H", "WEARON_DB_USERNAME=wearon_storage")
                .anyMatch(variable -> variable.startsWith("WEARON_STORAGE_SIGNING_KEY="))
                .noneMatch(variable -> variable.startsWith("WEARON_IDENTITY_PRIVATE_KEY="));
    }

    @Test
    void opensOnlyTheGatewayToOtherMachines() throws IOException {
        assertThat(suite.environmentOf("gateway-service")).contains("WEARON_HTTP_HOST=0.0.0.0");
        for (String service : List.of("credits-service", "generation-service", "storage-service")) {
            assertThat(suite.environmentOf(service))
                    .as(service)
                    .isNotEmpty()
                    .noneMatch(variable -> variable.startsWith("WEARON_HTTP_HOST"));
        }
    }

    @Test
    void setsTheHeapOfAService() throws IOException {
        assertThat(maxHeap("storage-service")).isEqualTo("-Xmx96m");
        assertThat(maxHeap("credits-service")).isEqualTo("-Xmx160m");
        assertThat(maxHeap("generation-service")).isEqualTo("-Xmx384m");
        assertThat(suite.environmentOf("storage-service")).noneMatch(variable -> variable.startsWith("WEARON_HEAP"));
    }

    private static String maxHeap(String service) throws IOException {
        return ProcessHandle.of(pid(suite.runFile(), service))
                .flatMap(process -> process.info().arguments())
                .flatMap(arguments -> Stream.of(arguments)
                        .filter(argument -> argument.startsWith("-Xmx"))
                        .findFirst())
                .orElseThrow();
    }

    @Test
    void refusesAnUnknownVariable() throws IOException {
        Ended up = suite.with(Map.of(
                        "WEARON_STORAGE_RETENTON", "1h",
                        "WEARON_REDIS_SERVICE_HOST", "10.0.0.11",
                        "WEARON_BUILD", "no"))
                .run("up");
        assertThat(up.exitCode()).isEqualTo(2);
        assertThat(up.output())
                .startsWith("wearon: WEARON_STORAGE_RETENTON is not a variable of WearOn; did you mean"
                        + " WEARON_STORAGE_RETENTION?\n  hint: ")
                .doesNotContain("WEARON_REDIS_SERVICE_HOST", "WEARON_BUILD", "Usage");
    }

    @Test
    void warnsOnceOfAVariableWithItsFormerName() throws IOException {
        Ended up = suite.with(Map.of("WEARON_HANGING_AFTER", "12s")).run("up");
        assertThat(up.exitCode()).isZero();
        assertThat(up.output())
                .containsOnlyOnce(
                        "wearon: WEARON_HANGING_AFTER is deprecated; its new name is WEARON_LIVENESS_TIMEOUT");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"gateway_url\": "})
    void repairsADamagedRunJson(String damaged) throws Exception {
        RunFile whole = suite.runFile();
        Files.writeString(suite.layout().runFile(), damaged);
        assertThat(Waiting.until(Duration.ofSeconds(30), () -> isWhole(whole))).isTrue();
        Files.delete(suite.layout().runFile());
        Ended up = suite.run("up");
        assertThat(up.output()).contains("WearOn is up at");
        assertThat(suite.runFile()).isEqualTo(whole);
    }

    private static boolean isWhole(RunFile whole) {
        try {
            return RunFile.read(suite.layout().runFile()).filter(whole::equals).isPresent();
        } catch (UserError notYet) {
            return false;
        }
    }

    @Test
    void passesItsOwnExamination() throws IOException {
        Ended doctor = suite.run("doctor");
        assertThat(doctor.output())
                .contains("ok    suite      up at", "ok    redis      answers at")
                .containsPattern("ok +postgres +version \\d+")
                .containsPattern("ok +clock .* of PostgreSQL")
                .doesNotContain("fail ", "\u001b");
        assertThat(doctor.exitCode()).isZero();
    }

    @Test
    void examinesTheSettingsOfTheRunningSuite() throws IOException {
        assumeTrue(Files.isDirectory(Path.of("/proc/self")), "only Linux shows the environment of a process");
        Ended doctor = suite.with(Map.of("WEARON_STORAGE_BACKEND", "s3")).run("doctor");
        assertThat(doctor.output()).containsPattern("ok +s3 +not used");
    }

    @Test
    void blamesItsOwnRedisServerIfItDoesNotAnswer() throws Exception {
        try (PausedProcess redis = PausedProcess.pause(
                ProcessHandle.of(suite.runFile().redis().pid()).orElseThrow())) {
            Ended doctor = suite.run("doctor");
            assertThat(doctor.exitCode()).isEqualTo(1);
            assertThat(doctor.output())
                    .containsPattern("fail +redis +the suite's own server does not answer")
                    .contains("logs redis")
                    .doesNotContain("WEARON_REDIS_URL");
        }
    }

    @Test
    void printsTheDocumentationAndTheNextCommand() throws IOException {
        assertThat(suite.run("up").output())
                .contains(
                        "documentation: http://127.0.0.1:" + suite.layout().portBase() + "/docs/",
                        "wearon' demo --data ");
        assertThat(suite.run("up", "--json").output())
                .contains("\"documentation_url\" : \"http://127.0.0.1:"
                        + suite.layout().portBase() + "/docs/\"");
    }

    @Test
    void reportsItsMemory() throws IOException {
        Ended status = suite.run("status", "--json");
        assertThat(status.output()).startsWith("{");
        var json = PrivateFiles.JSON.readTree(status.output());
        assertThat(status.exitCode()).isZero();
        assertThat(json.path("programs")).hasSize(6).allSatisfy(program -> {
            assertThat(program.path("state").asText()).isEqualTo("READY");
            assertThat(program.path("rss_bytes").asLong()).isGreaterThan(1_000_000);
        });
        assertThat(json.path("rss_bytes").asLong()).isGreaterThan(100_000_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"postgres", "redis", "gateway-service", "generation-service"})
    void restartsAKilledProgramAtOnce(String name) throws Exception {
        long killed = pid(suite.runFile(), name);
        AtomicReference<Exception> incomplete = new AtomicReference<>();
        AtomicBoolean reading = new AtomicBoolean(true);
        Thread reader = Thread.ofPlatform().start(() -> {
            while (reading.get()) {
                try {
                    suite.runFile();
                } catch (IOException | RuntimeException notWhole) {
                    incomplete.set(notWhole);
                }
                // Reading without a pause would take a processor from the programs that start.
                LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
            }
        });

        ProcessHandle.of(killed).orElseThrow().destroyForcibly();

        // Usually within 5 s. The machine may be busy.
        assertThat(Waiting.until(Duration.ofSeconds(30), () -> pid(suite.runFile(), name) != killed))
                .as("another process, and run.json names it")
                .isTrue();
        assertThat(Waiting.until(Duration.ofSeconds(60), RunningSuiteTest::allReady))
                .isTrue();
        reading.set(false);
        reader.join();
        assertThat(incomplete).as("run.json was complete at every moment").hasNullValue();
        assertThat(Files.readString(suite.layout().log("events")))
                .containsPattern("T[\\d:.]+Z " + name + " \\(pid " + killed + "\\) ended with exit code 137");
    }

    /** Tests three programs at the same time, because each one needs the whole liveness timeout. */
    @Test
    void restartsProgramsThatHang() throws Exception {
        List<String> names = List.of("postgres", "redis", "generation-service");
        RunFile before = suite.runFile();
        for (String name : names) {
            signal("STOP", pid(before, name));
        }
        Waiting.Condition replaced = () -> {
            RunFile run = suite.runFile();
            return names.stream().allMatch(name -> pid(run, name) != pid(before, name));
        };
        assertThat(Waiting.until(Duration.ofSeconds(120), replaced)).isTrue();
        assertThat(Waiting.until(Duration.ofSeconds(60), RunningSuiteTest::allReady))
                .isTrue();

        RunFile after = suite.runFile();
        for (String name : List.of("gateway-service", "credits-service", "storage-service")) {
            assertThat(pid(after, name)).as(name + " answers").isEqualTo(pid(before, name));
        }
        String events = Files.readString(suite.layout().log("events"));
        String status = suite.run("status").output();
        for (String name : names) {
            assertThat(events)
                    .contains(name + " (pid " + pid(before, name)
                            + ") hangs: it did not answer 6 probes in 12 s; killing it");
            assertThat(status).containsPattern(name + " was restarted at .*Z: it hung: no answer in 12 s");
        }
    }

    private static void signal(String signal, long pid) throws Exception {
        int exit = new ProcessBuilder("/bin/sh", "-c", "kill -" + signal + " " + pid)
                .start()
                .waitFor();
        assertThat(exit).isZero();
    }

    private static boolean allReady() throws IOException {
        return Snapshot.take(suite.layout(), suite.runFile()).ready();
    }

    private static long pid(RunFile run, String name) {
        return switch (name) {
            case "postgres" -> run.postgres().pid();
            case "redis" -> run.redis().pid();
            default ->
                run.services().stream()
                        .filter(service -> service.name().equals(name))
                        .findFirst()
                        .orElseThrow()
                        .pid();
        };
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}

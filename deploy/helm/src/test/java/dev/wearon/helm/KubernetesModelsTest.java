package dev.wearon.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Checks required fields, types and ranges with the schemas of npm's {@code kubernetes-models}, also those of KEDA and of Prometheus. Skipped
 * without Node or its registry; with {@code CLIENTS_REQUIRED=true}, as in CI, it fails.
 */
class KubernetesModelsTest {

    private static final boolean REQUIRED = Boolean.parseBoolean(System.getenv("CLIENTS_REQUIRED"));
    private static final Path SOURCES = Path.of("src/test/models").toAbsolutePath();
    private static final Path FOLDER = Path.of("target/models").toAbsolutePath();
    private static final Pattern NO_NETWORK = Pattern.compile(
            "ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|ERR_SOCKET_TIMEOUT|did not end");

    private record Ran(boolean succeeded, String output) {}

    @Test
    void findNoErrorInTheExamples() throws Exception {
        require(run("npm", "--version").succeeded(), "Node 20 or newer with npm is not installed");
        install();
        ObjectMapper json = new ObjectMapper();
        for (String example : Chart.examples()) {
            List<JsonNode> objects = Chart.objects(example);
            Files.writeString(FOLDER.resolve(example + ".json"), json.writeValueAsString(objects));
        }
        Ran checked = run("node", "check.mjs", "small.json", "production.json");
        assertThat(checked.succeeded()).as(checked.output()).isTrue();
        assertThat(checked.output())
                .contains(
                        "keda.sh/v1alpha1 ScaledObject",
                        "gateway.networking.k8s.io/v1 HTTPRoute",
                        "monitoring.coreos.com/v1 PodMonitor",
                        "monitoring.coreos.com/v1 PrometheusRule");
    }

    /** The folder keeps the packages until the lock file changes. */
    private static void install() throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        Path lock = FOLDER.resolve("package-lock.json");
        boolean installed = Files.exists(lock)
                && Files.exists(FOLDER.resolve("node_modules/kubernetes-models"))
                && Files.mismatch(lock, SOURCES.resolve("package-lock.json")) < 0;
        for (String file : List.of("package.json", "package-lock.json", "check.mjs")) {
            Files.writeString(FOLDER.resolve(file), Files.readString(SOURCES.resolve(file)));
        }
        if (!installed) {
            Ran ran = run(
                    "npm",
                    "ci",
                    "--ignore-scripts",
                    "--prefer-offline",
                    "--no-audit",
                    "--no-fund",
                    "--fetch-retries=1",
                    "--fetch-timeout=20000");
            require(ran.succeeded() || !NO_NETWORK.matcher(ran.output()).find(), "npm reaches no registry");
            assertThat(ran.succeeded()).as(ran.output()).isTrue();
        }
    }

    private static void require(boolean there, String otherwise) {
        if (REQUIRED) {
            assertThat(there).as(otherwise).isTrue();
        }
        assumeTrue(there, otherwise);
    }

    private static Ran run(String... command) throws IOException, InterruptedException {
        Files.createDirectories(FOLDER);
        Path output = Files.createTempFile("wearon-models-", ".out");
        try {
            Process process = new ProcessBuilder(command)
                    .directory(FOLDER.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(2, TimeUnit.MINUTES);
            if (!ended) {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
            }
            return new Ran(
                    ended && process.exitValue() == 0,
                    String.join(" ", command) + (ended ? "\n" : " did not end\n") + Files.readString(output));
        } catch (IOException notInstalled) {
            return new Ran(false, notInstalled.getMessage());
        } finally {
            Files.delete(output);
        }
    }
}

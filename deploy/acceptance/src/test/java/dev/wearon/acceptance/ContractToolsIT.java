package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.testkit.contract.OpenApiDocument;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs outside of Java find in {@code docs/api/openapi.yaml}. */
class ContractToolsIT {

    private static final Path FOLDER = Suite.ROOT.resolve("docs/api");

    /** Redocly and Spectral, with the rules of {@code redocly.yaml} and {@code .spectral.yaml}. */
    @Test
    void lintersFindNothing() throws Exception {
        OtherLanguages.requireNode();
        OtherLanguages.installPackages(FOLDER);
        run(FOLDER, "npm", "run", "lint");
    }

    @Test
    void nodeReadsTheSamplesInJavaScript(@TempDir Path folder) throws Exception {
        OtherLanguages.requireNode();
        for (String sample : samples("JavaScript", folder, ".mjs")) {
            run(folder, "node", "--check", sample);
        }
    }

    @Test
    void pythonReadsItsSamples(@TempDir Path folder) throws Exception {
        OtherLanguages.requirePython();
        List<String> command = new ArrayList<>(
                List.of("python3", "-c", "import ast, sys; [ast.parse(open(file).read()) for file in sys.argv[1:]]"));
        command.addAll(samples("Python", folder, ".py"));
        run(folder, command.toArray(String[]::new));
    }

    @Test
    void theShellReadsTheSamplesOfCurl(@TempDir Path folder) throws Exception {
        for (String sample : samples("Shell", folder, ".sh")) {
            run(folder, "sh", "-n", sample);
        }
    }

    /** Writes the samples of a language into files. */
    private static List<String> samples(String language, Path folder, String suffix) throws Exception {
        List<String> files = new ArrayList<>();
        for (JsonNode samples : OpenApiDocument.ofThisProject().root().findValues("x-codeSamples")) {
            for (JsonNode sample : samples) {
                if (sample.path("lang").asText().equals(language)) {
                    Path file = folder.resolve("sample-" + files.size() + suffix);
                    files.add(Files.writeString(file, sample.path("source").asText())
                            .toString());
                }
            }
        }
        assertThat(files).isNotEmpty();
        return files;
    }

    private static void run(Path folder, String... command) throws Exception {
        OtherLanguages.Ran ran = OtherLanguages.run(folder, Map.of(), Duration.ofMinutes(1), command);
        assertThat(ran.succeeded()).as(ran.output()).isTrue();
    }
}

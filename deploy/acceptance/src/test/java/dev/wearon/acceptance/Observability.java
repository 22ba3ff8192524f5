package dev.wearon.acceptance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.yaml.snakeyaml.Yaml;

/** The rules, their tests and the boards of {@code deploy/observability}. */
final class Observability {

    static final Path FOLDER = Suite.ROOT.resolve("deploy/observability");

    private static final ObjectMapper JSON = new ObjectMapper();

    private Observability() {}

    static List<Path> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(FOLDER.resolve(folder))) {
            return files.sorted().toList();
        }
    }

    /** All recording rules and alerts. */
    static List<JsonNode> rules() throws IOException {
        List<JsonNode> rules = new ArrayList<>();
        for (Path file : files("rules")) {
            yaml(file).path("groups").forEach(group -> group.path("rules").forEach(rules::add));
        }
        return rules;
    }

    static List<JsonNode> alerts() throws IOException {
        return rules().stream().filter(rule -> rule.has("alert")).toList();
    }

    static List<JsonNode> boards() throws IOException {
        List<JsonNode> boards = new ArrayList<>();
        for (Path file : files("boards")) {
            boards.add(JSON.readTree(file.toFile()));
        }
        return boards;
    }

    /** The expressions of all rules and panels. A variable of a board stands for any value. */
    static List<String> expressions() throws IOException {
        List<String> expressions = new ArrayList<>();
        rules().forEach(rule -> expressions.add(rule.path("expr").asText()));
        boards().forEach(board -> board.findValues("expr")
                .forEach(expression -> expressions.add(expression.asText().replace("$job", ".+"))));
        return expressions;
    }

    static JsonNode yaml(Path file) throws IOException {
        return JSON.valueToTree(new Yaml().<Object>load(Files.readString(file)));
    }
}

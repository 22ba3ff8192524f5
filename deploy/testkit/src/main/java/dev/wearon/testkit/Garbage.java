package dev.wearon.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Sends malformed requests, and checks that no reply is a 5xx or shows the internals of the service.
 *
 * @param url the URL of the service
 * @param authorization the header of the caller
 */
public record Garbage(String url, String authorization) {

    /** Text that must not appear in a reply. */
    public static final Pattern INTERNALS = Pattern.compile(
            "java\\.|javax\\.|jakarta\\.|Exception|<list element>|arg0|com\\.fasterxml|dev\\.wearon|io\\.quarkus|io\\.vertx");

    /** Values for a query parameter or a path segment, encoded for a URL. */
    public static final List<String> WORDS = List.of(
            "x",
            "-1",
            "0",
            "1.5",
            "99999999999999999999",
            "null",
            "true",
            "1-1-1-1-1",
            "2026-99-99",
            "2026-01-01",
            "%00",
            "%C3%BC",
            "%5B%5D",
            "%7B%7D");

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final ObjectMapper JSON = new ObjectMapper();

    private static final List<String> NO_OBJECTS = List.of(
            "",
            "null",
            "[]",
            "[null]",
            "\"x\"",
            "1",
            "nonsense",
            "{",
            "{\"a\":",
            "{} {}",
            "{\"a\": 1, \"a\": 2}",
            "{\"\": 1}",
            "{\"a\": {\"b\": [1]}}");

    private static final List<String> VALUES = List.of(
            "null",
            "[]",
            "{}",
            "[null]",
            "[[]]",
            "[\"x\", null, 1, \"x\"]",
            "[{}]",
            "{\"a\": 1}",
            "\"\"",
            "\"x\"",
            "\"\\u0000\"",
            "\"2026-99-99T00:00:00Z\"",
            "1",
            "-1",
            "1.5",
            "1e400",
            "99999999999999999999",
            "true");

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /** Sends bodies {@link #like} {@code good}; at least one of them must be refused with 400. */
    public void send(String method, String path, String good) {
        List<Integer> statuses =
                like(good).stream().map(body -> see(method, path, body)).toList();
        if (!statuses.contains(400)) {
            throw new AssertionError(method + " " + path + " accepts every malformed body: " + statuses);
        }
    }

    /** Sends a GET for {@code path} with each word instead of {@code %s}. */
    public void ask(String path) {
        WORDS.forEach(word -> see("GET", path.replace("%s", word), ""));
    }

    private int see(String method, String path, String body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url.replaceFirst("/$", "") + path))
                .header("Authorization", authorization)
                .header("Content-Type", "application/json")
                .timeout(TIMEOUT)
                .method(method, BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> answer = CLIENT.send(request, BodyHandlers.ofString());
            if (answer.statusCode() >= 500 || INTERNALS.matcher(answer.body()).find()) {
                throw new AssertionError("%s %s %s was answered %d %s"
                        .formatted(method, path, body, answer.statusCode(), answer.body()));
            }
            return answer.statusCode();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("Interrupted", interrupted);
        }
    }

    /** Copies of {@code good}, each with one wrong value, and bodies that are no JSON object. */
    public static List<String> like(String good) {
        List<String> all = new ArrayList<>(NO_OBJECTS);
        try {
            JsonNode body = JSON.readTree(good);
            spoil(body, spoilt -> all.add(body.toString()));
            ((ObjectNode) body).put("unheard_of", 1);
            all.add(body.toString());
        } catch (JsonProcessingException notJson) {
            throw new IllegalArgumentException(notJson);
        }
        return all;
    }

    private static void spoil(JsonNode node, Consumer<JsonNode> then) throws JsonProcessingException {
        if (node instanceof ArrayNode list) {
            for (JsonNode each : list) {
                spoil(each, then);
            }
        }
        if (node instanceof ObjectNode object) {
            List<String> names = new ArrayList<>();
            object.fieldNames().forEachRemaining(names::add);
            for (String name : names) {
                JsonNode kept = object.get(name);
                spoil(kept, then);
                for (String value : VALUES) {
                    object.set(name, JSON.readTree(value));
                    then.accept(object);
                }
                object.set(name, kept);
            }
        }
    }
}

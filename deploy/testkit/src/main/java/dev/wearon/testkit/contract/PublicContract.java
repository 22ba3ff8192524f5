package dev.wearon.testkit.contract;

import static dev.wearon.testkit.contract.OpenApiDocument.step;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/**
 * Checks a reply against the document: its status, the name and value of each header, its media type, each field of its body.
 * Anything that the document does not describe is a violation.
 */
public final class PublicContract {

    /** Headers that HTTP itself defines for the transport. */
    private static final Set<String> TRANSPORT =
            Set.of("connection", "content-length", "content-type", "date", "keep-alive", "transfer-encoding");

    /** Describes the replies to a path or a method that is not described. */
    private static final String ELSEWHERE = "/x-elsewhere";

    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,17}");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final OpenApiDocument document;
    private final List<Template> templates;

    /** A described path, and the paths that it matches. Names in it are ids without escapes, so an escaped name does not match. */
    private record Template(String path, Pattern pattern) {
        Template(String path) {
            this(path, Pattern.compile(path.replaceAll("\\{[a-z_]+}", "[^/%]+")));
        }
    }

    public PublicContract(OpenApiDocument document) {
        this.document = document;
        this.templates = document.at("/paths").properties().stream()
                .map(Map.Entry::getKey)
                // A path without names is preferred.
                .sorted(Comparator.comparing(path -> path.contains("{")))
                .map(Template::new)
                .toList();
    }

    /** @throws AssertionError with all violations */
    public void check(Answer answer) {
        List<String> violations = violations(answer);
        if (!violations.isEmpty()) {
            throw new AssertionError("%s %s (%s) answered %d, which breaks docs/api/openapi.yaml: %s"
                    .formatted(
                            answer.method(),
                            answer.path(),
                            template(answer).orElse("not described"),
                            answer.status(),
                            String.join("; ", violations)));
        }
    }

    public List<String> violations(Answer answer) {
        String place = document.resolved(step(responses(answer), Integer.toString(answer.status())));
        if (document.at(place).isMissingNode()) {
            return List.of("the status is not described");
        }
        List<String> violations = new ArrayList<>(headers(place, answer));
        violations.addAll(body(place, answer));
        return violations;
    }

    private Optional<String> template(Answer answer) {
        return templates.stream()
                .filter(template -> template.pattern().matcher(answer.path()).matches())
                .map(Template::path)
                .findFirst();
    }

    private String responses(Answer answer) {
        return template(answer)
                .map(path -> step("/paths", path))
                .flatMap(path -> operation(path, answer))
                .map(operation -> operation + "/responses")
                .orElse(ELSEWHERE);
    }

    /** A path with a described GET may also be requested with HEAD. */
    private Optional<String> operation(String path, Answer answer) {
        String method = step(path, answer.method().toLowerCase(Locale.ROOT));
        if (!document.at(method).isMissingNode()) {
            return Optional.of(method);
        }
        boolean head = answer.method().equals("HEAD")
                && document.at(ELSEWHERE)
                        .path(Integer.toString(answer.status()))
                        .isMissingNode();
        return head ? Optional.of(step(path, "get")) : Optional.empty();
    }

    private List<String> headers(String place, Answer answer) {
        List<String> violations = new ArrayList<>();
        JsonNode described = document.at(place + "/headers");
        described.fieldNames().forEachRemaining(name -> {
            String header = document.resolved(step(place + "/headers", name));
            if (answer.headers().containsKey(name)) {
                String value = String.join(", ", answer.headers().get(name));
                document.misfits(header + "/schema", value(document.at(header + "/schema"), value))
                        .forEach(misfit -> violations.add("header %s is \"%s\" (%s)".formatted(name, value, misfit)));
            } else if (document.at(header + "/required").asBoolean()) {
                violations.add("header " + name + " is missing");
            }
        });
        List<String> names = StreamSupport.stream(((Iterable<String>) described::fieldNames).spliterator(), false)
                .map(name -> name.toLowerCase(Locale.ROOT))
                .toList();
        answer.headers().keySet().stream()
                .filter(name -> !names.contains(name.toLowerCase(Locale.ROOT)))
                .filter(name -> !TRANSPORT.contains(name.toLowerCase(Locale.ROOT)))
                .forEach(name -> violations.add("header " + name + " is not described"));
        return violations;
    }

    /** A header value is a text; where the schema is a number, the text is read as one. */
    private static JsonNode value(JsonNode schema, String text) {
        boolean number = schema.path("type").asText().equals("integer")
                || schema.path("const").isNumber();
        return number && NUMBER.matcher(text).matches() ? new LongNode(Long.parseLong(text)) : new TextNode(text);
    }

    private List<String> body(String place, Answer answer) {
        JsonNode content = document.at(place + "/content");
        if (answer.method().equals("HEAD")) {
            return List.of();
        }
        if (content.isMissingNode()) {
            return answer.body().length == 0 ? List.of() : List.of("there is a body, and none is described");
        }
        String sent = String.join(", ", answer.headers().getOrDefault("Content-Type", List.of("none")));
        String type = sent.split(";")[0].trim().toLowerCase(Locale.ROOT);
        Optional<String> media = content.properties().stream()
                .map(Map.Entry::getKey)
                .filter(range -> covers(range, type))
                .findFirst();
        if (media.isEmpty()) {
            return List.of("media type " + sent + " is not described");
        }
        return type.equals("application/json")
                ? json(step(place + "/content", media.get()) + "/schema", answer.body())
                : List.of();
    }

    private static boolean covers(String range, String type) {
        return range.equals("*/*")
                || range.equals(type)
                || range.endsWith("/*") && type.startsWith(range.substring(0, range.length() - 1));
    }

    private List<String> json(String schema, byte[] body) {
        try {
            return document.misfits(schema, JSON.readTree(body)).stream()
                    .map(misfit -> "body " + misfit)
                    .toList();
        } catch (JsonProcessingException unreadable) {
            return List.of("the body is not JSON: " + unreadable.getOriginalMessage());
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

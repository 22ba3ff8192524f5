package dev.wearon.testkit.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PublicContractTest {

    private static final PublicContract CONTRACT = new PublicContract(OpenApiDocument.parse("""
            paths:
              /things/{id}:
                get:
                  responses:
                    '200':
                      headers:
                        X-Left: {$ref: '#/components/headers/Left'}
                      content:
                        application/json:
                          schema:
                            allOf:
                              - $ref: '#/components/schemas/Envelope'
                              - properties:
                                  data:
                                    type: object
                                    required: [at, parts]
                                    properties:
                                      at: {type: [string, 'null'], format: date-time}
                                      parts: {type: array, items: {$ref: '#/components/schemas/Part'}}
                                      free: {type: object, additionalProperties: {type: string}}
              /things/all:
                put:
                  responses:
                    '201': {}
            x-elsewhere:
              '404': {}
              '405': {headers: {Allow: {required: true, schema: {type: string}}}}
            components:
              headers:
                Left: {required: true, schema: {type: integer, minimum: 0}}
              schemas:
                Envelope:
                  type: object
                  required: [data]
                  properties: {data: {}}
                Part:
                  type: object
                  required: [part_id]
                  properties: {part_id: {type: integer}}
            """));

    private static final String GOOD = "{\"data\":{\"at\":null,\"parts\":[{\"part_id\":1}],\"free\":{\"a\":\"b\"}}}";

    private static List<String> violations(
            String method, String path, int status, Map<String, String> headers, String body) {
        Map<String, List<String>> all =
                new HashMap<>(Map.of("Content-Type", List.of("application/json;charset=UTF-8")));
        headers.forEach((name, value) -> all.put(name, List.of(value)));
        return CONTRACT.violations(new Answer(method, path, status, all, body.getBytes(UTF_8)));
    }

    private static List<String> ofThing(String body) {
        return violations("GET", "/things/1", 200, Map.of("x-left", "3"), body);
    }

    @Test
    void acceptsWhatIsDescribed() {
        assertThat(ofThing(GOOD)).isEmpty();
    }

    @Test
    void refusesAFieldThatIsNotDescribedAtAnyDepth() {
        assertThat(ofThing("{\"data\":{\"at\":null,\"parts\":[]},\"more\":1}"))
                .first()
                .asString()
                .contains("more");
        assertThat(ofThing("{\"data\":{\"at\":null,\"parts\":[],\"partsLeft\":1}}"))
                .first()
                .asString()
                .contains("partsLeft");
        assertThat(ofThing("{\"data\":{\"at\":null,\"parts\":[{\"part_id\":1,\"partName\":2}]}}"))
                .first()
                .asString()
                .contains("partName");
    }

    @Test
    void refusesAMissingFieldAndAWrongValue() {
        assertThat(ofThing("{\"data\":{\"parts\":[]}}")).first().asString().contains("'at'");
        assertThat(ofThing(GOOD.replace("null", "\"yesterday\"")))
                .first()
                .asString()
                .contains("date-time");
        assertThat(ofThing(GOOD.replace(":1", ":\"1\""))).first().asString().contains("part_id");
        assertThat(ofThing("<html>")).first().asString().contains("not JSON");
    }

    @Test
    void refusesAHeaderThatIsMissingOrWrongOrNotDescribed() {
        assertThat(violations("GET", "/things/1", 200, Map.of(), GOOD)).containsExactly("header X-Left is missing");
        assertThat(violations("GET", "/things/1", 200, Map.of("X-Left", "-1"), GOOD))
                .first()
                .asString()
                .contains("X-Left");
        assertThat(violations("GET", "/things/1", 200, Map.of("X-Left", "1", "X-Right", "1"), GOOD))
                .containsExactly("header X-Right is not described");
    }

    @Test
    void refusesAStatusAMediaTypeOrABodyThatIsNotDescribed() {
        assertThat(violations("GET", "/things/1", 202, Map.of("X-Left", "1"), GOOD))
                .containsExactly("the status is not described");
        assertThat(violations("GET", "/things/1", 200, Map.of("X-Left", "1", "Content-Type", "text/html"), GOOD))
                .containsExactly("media type text/html is not described");
        assertThat(violations("PUT", "/things/all", 201, Map.of(), "{}"))
                .containsExactly("there is a body, and none is described");
    }

    @Test
    void checksRepliesToUndescribedPathsAndMethods() {
        assertThat(violations("PUT", "/things/all", 201, Map.of(), "")).isEmpty();
        assertThat(violations("GET", "/other", 404, Map.of(), "")).isEmpty();
        assertThat(violations("GET", "/other", 200, Map.of(), "")).containsExactly("the status is not described");
        assertThat(violations("POST", "/things/1", 405, Map.of("Allow", "GET"), ""))
                .isEmpty();
        assertThat(violations("HEAD", "/things/1", 405, Map.of(), "")).containsExactly("header Allow is missing");
        assertThat(violations("HEAD", "/things/1", 200, Map.of("X-Left", "0"), ""))
                .isEmpty();
    }

    @Test
    void namesTheReplyAndThePath() {
        Answer answer = new Answer("GET", "/things/1", 418, Map.of(), new byte[0]);
        assertThatThrownBy(() -> CONTRACT.check(answer))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("GET /things/1 (/things/{id}) answered 418");
    }
}

package dev.wearon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SnakeCaseTest {

    private final ObjectMapper json = new ObjectMapper();

    SnakeCaseTest() {
        new SnakeCase().customize(json);
    }

    enum Kind {
        one
    }

    record Thing(String someText, Integer someNumber, Kind kind, Boolean flag) {}

    @Test
    void readsAndWritesSnakeCaseWithNulls() throws Exception {
        assertThat(json.readValue("{\"some_text\": \"a\", \"some_number\": 1}", Thing.class))
                .isEqualTo(new Thing("a", 1, null, null));
        assertThat(json.writeValueAsString(new Thing("a", null, Kind.one, true)))
                .isEqualTo("{\"some_text\":\"a\",\"some_number\":null,\"kind\":\"one\",\"flag\":true}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"some_number\": \"1\"}",
                "{\"some_number\": \"\"}",
                "{\"some_number\": \" \"}",
                "{\"flag\": \" \"}",
                "{\"kind\": \"\"}",
                "{\"flag\": 1}",
                "{\"flag\": \"true\"}",
                "{\"some_number\": 1.5}",
                "{\"some_text\": 1}",
                "{\"some_text\": true}",
                "{\"kind\": 0}",
                "{\"some_number\": 1, \"some_number\": 2}",
                "{\"some_number\": 1} xx",
                "{\"some_number\": 1}}",
            })
    void refusesWrongTypesDuplicateFieldsAndTrailingText(String text) {
        assertThatThrownBy(() -> json.readValue(text, Thing.class)).isInstanceOf(JacksonException.class);
    }

    @Test
    void refusesTextAfterTheTree() {
        assertThatThrownBy(() -> json.readTree("{} xx")).isInstanceOf(JacksonException.class);
    }
}

package dev.wearon.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class IdempotencyKeyTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            order-1                              | order-1
            "order-1"                            | order-1
            `  order-1 `                         | order-1
            ` "order-1" `                        | order-1
            8e03978e-40d5-43e8-bc93-6894a57f9324 | 8e03978e-40d5-43e8-bc93-6894a57f9324
            "a-\\"quote\\"-and-a-\\\\"           | a-"quote"-and-a-\\
            bare\\slash                          | bare\\slash
            half"quoted                          | half"quoted
            a,b;c=d                              | a,b;c=d
            ~                                    | ~
            """)
    void acceptsAKeyWithOrWithoutQuotes(String header, String key) {
        assertThat(IdempotencyKey.of(List.of(header))).contains(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\t",
                "\"\"",
                "\"",
                "\"open",
                "closed\" \"again\"",
                "\"a\"b\"",
                "\"\\n\"",
                "\"end\\\"",
                "with a space",
                "\"with a space\"",
                "caf\u00e9",
                "\"caf\u00e9\"",
                "a\tb",
                "a\u0000",
                "a\u007f",
                "\"a\";b",
                "\ud83e\udde5"
            })
    void refusesMalformedKeys(String header) {
        refused(List.of(header));
    }

    @Test
    void limitsTheLengthWithoutQuotesAndBackslashes() {
        assertThat(IdempotencyKey.of(List.of("k".repeat(255)))).contains("k".repeat(255));
        assertThat(IdempotencyKey.of(List.of("\"" + "k".repeat(255) + "\""))).contains("k".repeat(255));
        assertThat(IdempotencyKey.of(List.of("\"" + "\\\"".repeat(255) + "\""))).contains("\"".repeat(255));
        refused(List.of("k".repeat(256)));
        refused(List.of("\"" + "k".repeat(256) + "\""));
        refused(List.of("\"" + "\\\"".repeat(256) + "\""));
    }

    @Test
    void acceptsAtMostOneHeader() {
        assertThat(IdempotencyKey.of(List.of())).isEmpty();
        refused(List.of("a", "b"));
        refused(List.of("a", "a"));
        refused(List.of("a", ""));
    }

    private static void refused(List<String> headers) {
        assertThatThrownBy(() -> IdempotencyKey.of(headers))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(Problem.Code.VALIDATION_ERROR));
    }
}

package dev.wearon.generation.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class FailureCodeTest {

    private static final Pattern ROW = Pattern.compile("^\\| `([A-Z_]+)` \\| [A-Z]", Pattern.MULTILINE);
    private static final Pattern WORD = Pattern.compile("^ +- ([A-Z_]+)$", Pattern.MULTILINE);

    @Test
    void hasARowForEachInTheErrorTable() throws Exception {
        String page = Files.readString(Path.of("../docs/errors.md"));
        List<String> documented = ROW.matcher(page.substring(page.indexOf("## Codes of a failed try-on")))
                .results()
                .map(row -> row.group(1))
                .toList();
        assertThat(documented)
                .containsExactlyInAnyOrderElementsOf(
                        Arrays.stream(FailureCode.values()).map(Enum::name).toList());
    }

    @Test
    void isAWordOfTheContract() throws Exception {
        String contract = Files.readString(Path.of("../docs/api/openapi.yaml"));
        String schema = contract.substring(contract.indexOf("\n    FailureCode:"));
        List<String> words = WORD.matcher(schema.substring(0, schema.indexOf("\n    Session:")))
                .results()
                .map(word -> word.group(1))
                .toList();
        assertThat(words)
                .containsExactlyElementsOf(
                        Arrays.stream(FailureCode.values()).map(Enum::name).toList());
    }
}

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
}

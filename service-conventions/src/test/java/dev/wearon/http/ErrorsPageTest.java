package dev.wearon.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Compares the table of errors with the codes and their statuses. */
class ErrorsPageTest {

    private static final Pattern ROW = Pattern.compile("^\\| `([A-Z_]+)` \\| (\\d{3}) \\|", Pattern.MULTILINE);

    @Test
    void namesEveryCodeWithItsStatus() throws Exception {
        Map<String, Integer> documented = ROW.matcher(Files.readString(Path.of("../docs/errors.md")))
                .results()
                .collect(Collectors.toMap(
                        row -> row.group(1), row -> Integer.valueOf(row.group(2)), (a, b) -> b, TreeMap::new));
        assertThat(documented)
                .isEqualTo(Arrays.stream(Problem.Code.values())
                        .collect(Collectors.toMap(Enum::name, Problem.Code::status)));
    }
}

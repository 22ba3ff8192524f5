package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./wearon drill} injects faults and finds no difference afterwards. */
@Tag("thorough")
class DrillIT {

    private static final Pattern ROW = Pattern.compile("\\|.+\\| +[\\d,]+ \\| +[\\d,]+ \\|");

    @TempDir
    Path folder;

    /** A quarter of the default, whose sessions keep the two workers busy for another minute. */
    private static final String CLIENTS = "16";

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void findsNoDifferenceAfterTwentySecondsOfFaults(int replicas) throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("temporary files"));

        Suite.Ran drill = Suite.in(folder, Map.of())
                .wearon(
                        "drill",
                        "--seconds",
                        "20",
                        "--clients",
                        CLIENTS,
                        "--replicas",
                        Integer.toString(replicas),
                        "--folder",
                        temporary.toString());

        assertThat(drill.exitCode()).as(drill.output()).isZero();
        List<String> rows = drill.output()
                .lines()
                .filter(line -> ROW.matcher(line).matches())
                .toList();
        assertThat(rows).as(drill.output()).hasSizeGreaterThan(10).allMatch(row -> row.endsWith(" 0 |"));
        assertThat(drill.output())
                .contains("Drill with seed ")
                .containsPattern("Faults: \\d+ kills, \\d+ pauses")
                .doesNotContain("Faults: 0 kills, 0 pauses")
                .containsPattern("at rest +acknowledged +[1-9]\\d* +completed +[1-9]\\d*")
                .contains("No differences.");
        assertThat(temporary).isEmptyDirectory();
    }
}

package dev.wearon.bench;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What every benchmark can be told. */
final class BenchOptions {

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "4",
            description = "How long each side is measured in each row (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--quick",
            description = "A second each or less, and hardly a warm-up: shows that it works, not how fast.")
    private boolean quick;

    @Option(
            names = "--folder",
            paramLabel = "DIR",
            defaultValue = "${sys:java.io.tmpdir}",
            description =
                    "Where the temporary folder is made (default: ${DEFAULT-VALUE}). Its disk decides what a flush costs;"
                            + " in memory (tmpfs) that is nothing, and a comparison of writes means nothing.")
    private Path folder;

    boolean quick() {
        return quick;
    }

    Path folder() {
        return folder;
    }

    Duration seconds(int most) {
        require("--seconds", List.of(seconds), most);
        return Duration.ofSeconds(seconds);
    }

    /** @throws ParameterException unless all values are between 1 and {@code most} */
    void require(String option, List<Integer> values, int most) {
        if (values.stream().anyMatch(value -> value < 1 || value > most)) {
            throw new ParameterException(command.commandLine(), "%s must be between 1 and %,d".formatted(option, most));
        }
    }
}

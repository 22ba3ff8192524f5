package dev.wearon.containers;

import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs other programs. */
final class Commands {

    private static final int SHOWN_LINES = 15;

    private Commands() {}

    /** What a program printed, and its exit code. */
    record Output(int exitCode, String text) {}

    /** Runs a program that may fail; a program that does not exist has the exit code 127, as in a shell. */
    static Output run(long minutes, List<String> command) throws IOException {
        Path printed = Files.createTempFile("wearon-images-", ".out");
        try {
            Process process;
            try {
                process = new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(printed.toFile())
                        .start();
            } catch (IOException missing) {
                return new Output(127, missing.getMessage());
            }
            try {
                if (!process.waitFor(minutes, TimeUnit.MINUTES)) {
                    throw new IOException(command.getFirst() + " did not end within " + minutes + " minutes");
                }
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IOException("Interrupted during " + command.getFirst(), interrupted);
            } finally {
                process.destroy();
            }
            return new Output(process.exitValue(), Files.readString(printed, StandardCharsets.UTF_8));
        } finally {
            Files.delete(printed);
        }
    }

    /** Runs a program that must succeed. */
    static String require(long minutes, List<String> command, String hint) throws IOException, UserError {
        Output output = run(minutes, command);
        if (output.exitCode() != 0) {
            List<String> lines = output.text().strip().lines().toList();
            throw new UserError(
                    "%s failed (exit code %d):%n    | %s"
                            .formatted(
                                    command.getFirst(),
                                    output.exitCode(),
                                    String.join(
                                            "\n    | ",
                                            lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()))),
                    hint);
        }
        return output.text();
    }
}

package dev.wearon.local.commands;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The browser of the user.
 *
 * @param opener the command of the operating system that opens a URL
 * @param path the folders with programs, as in {@code PATH}
 */
record Browser(List<String> opener, String path) {

    /** An opener that has not ended by then runs as long as the browser. */
    private static final int STARTED_AFTER_SECONDS = 3;

    static Browser ofThisSystem() {
        return new Browser(
                opener(System.getProperty("os.name")), System.getenv().getOrDefault("PATH", ""));
    }

    static List<String> opener(String system) {
        String name = system.toLowerCase(Locale.ROOT);
        if (name.contains("mac")) {
            return List.of("open");
        }
        return name.contains("windows") ? List.of("rundll32.exe", "url.dll,FileProtocolHandler") : List.of("xdg-open");
    }

    /** @return false if the system has no opener, or if the opener found no browser */
    boolean open(String url) throws IOException {
        Optional<Path> program = installed();
        if (program.isEmpty()) {
            return false;
        }
        List<String> command = new ArrayList<>(opener);
        command.set(0, program.get().toString());
        command.add(url);
        Process process = new ProcessBuilder(command)
                .redirectOutput(Redirect.DISCARD)
                .redirectError(Redirect.DISCARD)
                .start();
        try {
            return !process.waitFor(STARTED_AFTER_SECONDS, TimeUnit.SECONDS) || process.exitValue() == 0;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while opening a browser", interrupted);
        }
    }

    private Optional<Path> installed() {
        return Stream.of(path.split(File.pathSeparator))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, opener.getFirst()))
                .filter(Files::isExecutable)
                .findFirst();
    }
}

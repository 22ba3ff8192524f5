package dev.wearon.containers;

import dev.wearon.local.suite.UserError;
import dev.wearon.processes.services.ServiceProgram;
import dev.wearon.processes.services.StartupCache;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * Copies of the packaged services whose files have the times that they have in the images, in a tree like that of the sources.
 *
 * @param sources the source tree with the packaged services
 * @param folder the tree of the copies
 */
record StagedServices(Path sources, Path folder) {

    static final String CACHE = "startup-";

    private static final String SAMPLES = "deploy/local/samples";

    /** The folder of a service with {@code quarkus-run.jar}. */
    Path packaged(String service) {
        return ServiceProgram.packaged(service, folder);
    }

    void forgetCaches() throws IOException {
        for (String service : ServiceProgram.SERVICES) {
            for (Path file : ContextFolder.filesIn(packaged(service))) {
                if (StartupCache.isCache(file)) {
                    Files.delete(file);
                }
            }
        }
    }

    void copy() throws IOException {
        ContextFolder.mirror(sources.resolve(SAMPLES), folder.resolve(SAMPLES), CACHE);
        for (String service : ServiceProgram.SERVICES) {
            // Caches of the services beside their jars are those of another runtime.
            ContextFolder.mirror(ServiceProgram.packaged(service, sources), packaged(service), CACHE);
        }
    }

    /**
     * Records the caches that are missing. A cache fits only the runtime that recorded it, so the command that records runs with
     * the runtime of the images, and starts the services with it.
     */
    void recordCaches(JavaRuntime runtime, Consumer<String> progress) throws IOException, UserError {
        List<String> command = List.of(
                runtime.java().toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xmx192m",
                "-Dwearon.root=" + folder,
                "-cp",
                absolute(System.getProperty("java.class.path")),
                "dev.wearon.local.commands.Wearon",
                "startup-cache");
        Process recording =
                new ProcessBuilder(command).redirectErrorStream(true).start();
        StringBuilder error = new StringBuilder();
        try (BufferedReader lines = recording.inputReader()) {
            for (String line; (line = lines.readLine()) != null; ) {
                if (line.startsWith("wearon: ") || !error.isEmpty()) {
                    error.append("\n    | ").append(line);
                } else {
                    progress.accept(line);
                }
            }
            if (recording.waitFor() != 0) {
                throw new UserError(
                        "The startup caches of the images were not recorded:" + error,
                        "run the command again, or build without them: --no-cache-file");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while the startup caches were recorded", interrupted);
        } finally {
            recording.destroy();
        }
    }

    private static String absolute(String classPath) {
        return String.join(
                File.pathSeparator,
                List.of(classPath.split(File.pathSeparator)).stream()
                        .map(entry -> Path.of(entry).toAbsolutePath().toString())
                        .toList());
    }
}

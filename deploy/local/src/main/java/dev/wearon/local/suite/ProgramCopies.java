package dev.wearon.local.suite;

import dev.wearon.processes.TemporaryFolder;
import dev.wearon.processes.services.StartupCache;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * Copies the built programs to the data folder, so that a build can replace the built files while the suite is up. Libraries
 * of other projects are hard links if the file system supports them: a build replaces such a file and does not change its
 * content.
 */
final class ProgramCopies {

    private static final String SUPERVISOR = "supervisor-";

    private final Layout layout;

    ProgramCopies(Layout layout) {
        this.layout = layout;
    }

    /** @param withStartupCache whether the service will start with its startup cache, if there is one */
    void copyService(String service, boolean withStartupCache) throws IOException, UserError {
        Path built = layout.built(service);
        if (!Files.exists(built.resolve("quarkus-run.jar"))) {
            throw new UserError(
                    service + " is not built: " + built.resolve("quarkus-run.jar") + " is missing.",
                    "build it: ./mvnw -DskipTests package");
        }
        Path target = layout.program(service);
        TemporaryFolder.deleteTree(target);
        try (var files = Files.walk(built)) {
            for (Path file : files.filter(Files::isRegularFile)
                    .filter(file -> withStartupCache || !StartupCache.isCache(file))
                    .toList()) {
                place(file, target.resolve(built.relativize(file).toString()));
            }
        }
    }

    /**
     * Copies the jars of the source tree and returns the class path for a new supervisor. Each start uses its own folder,
     * because another supervisor may run.
     */
    String copyClassPath() throws IOException {
        Path target = layout.program(SUPERVISOR + ProcessHandle.current().pid());
        TemporaryFolder.deleteTree(target);
        List<String> classPath = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path jar = Path.of(entry).toAbsolutePath();
            if (jar.startsWith(layout.root()) && Files.isRegularFile(jar)) {
                classPath.add(place(jar, target.resolve(jar.getFileName())).toString());
            } else {
                classPath.add(entry);
            }
        }
        return String.join(File.pathSeparator, classPath);
    }

    /** Removes the copies of ended supervisors. The caller must hold the lock on the data folder. */
    void removeOldSupervisors() throws IOException {
        try (var folders = Files.newDirectoryStream(layout.programs(), SUPERVISOR + "*")) {
            for (Path folder : folders) {
                if (!System.getProperty("java.class.path").contains(folder + File.separator)) {
                    TemporaryFolder.deleteTree(folder);
                }
            }
        }
    }

    private static Path place(Path file, Path target) throws IOException {
        Files.createDirectories(target.getParent());
        boolean library = file.getParent().toString().contains(File.separator + "lib");
        boolean isOurs = file.getFileName().toString().contains("wearon");
        if ((library && !isOurs) || StartupCache.isCache(file)) {
            try {
                return Files.createLink(target, file);
            } catch (IOException | UnsupportedOperationException otherFileSystem) {
                return copy(file, target);
            }
        }
        return copy(file, target);
    }

    /** With the time of the last modification, which the JVM compares with the one in a startup cache. */
    private static Path copy(Path file, Path target) throws IOException {
        return Files.copy(file, target, StandardCopyOption.COPY_ATTRIBUTES);
    }
}

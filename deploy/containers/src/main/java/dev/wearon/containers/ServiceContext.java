package dev.wearon.containers;

import dev.wearon.processes.TemporaryFolder;
import dev.wearon.processes.services.ServiceProgram;
import dev.wearon.processes.services.StartupCache;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The context of the image of a service. Its Dockerfile copies each folder as a layer. */
final class ServiceContext {

    /** Where the service is in the image. */
    private static final Path APP = Path.of("/app");

    private static final List<String> LICENCES = List.of("LICENSE", "NOTICE", "THIRD-PARTY-NOTICES.md");

    /** Of the C library, where Debian keeps them. */
    private static final Path LICENCE_OF_C_LIBRARY = Path.of("/usr/share/doc/libc6/copyright");

    private ServiceContext() {}

    static void write(Path root, Path packaged, Path context, boolean withCache, Path sbom) throws IOException {
        Path app = context.resolve("app");
        ContextFolder.mirror(packaged, app, StagedServices.CACHE);
        Path startup = ContextFolder.empty(context.resolve("startup"));
        Optional<Path> cache = withCache ? Optional.of(cacheIn(packaged)) : Optional.empty();
        List<String> options = new ArrayList<>(ServiceProgram.JVM_OPTIONS);
        // Of the memory of the container. The rest is for the metaspace, code, threads and buffers.
        options.add("-XX:MaxRAMPercentage=60");
        if (cache.isPresent()) {
            Path name = Path.of("startup" + extension(cache.get()));
            ContextFolder.copy(cache.get(), startup.resolve(name));
            options.addAll(StartupCache.optionsFor(APP.resolve("startup").resolve(name)));
        }
        ContextFolder.write(startup.resolve("java.options"), String.join("\n", options) + "\n");
        copyHealthCheck(context.resolve("health"));
        Path licences = ContextFolder.empty(context.resolve("licenses"));
        for (String licence : LICENCES) {
            ContextFolder.copy(root.resolve(licence), licences.resolve(licence));
        }
        if (Files.exists(LICENCE_OF_C_LIBRARY)) {
            ContextFolder.copy(LICENCE_OF_C_LIBRARY, licences.resolve("c-library.txt"));
        }
        ContextFolder.copy(sbom, licences.resolve("sbom.cdx.json"));
    }

    private static Path cacheIn(Path packaged) throws IOException {
        return ContextFolder.filesIn(packaged).stream()
                .filter(StartupCache::isCache)
                .findFirst()
                .orElseThrow(() -> new IOException("There is no startup cache in " + packaged));
    }

    private static String extension(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('.'));
    }

    private static void copyHealthCheck(Path target) throws IOException {
        TemporaryFolder.deleteTree(target);
        String file = HealthCheck.class.getName().replace('.', '/') + ".class";
        try (InputStream compiled = HealthCheck.class.getClassLoader().getResourceAsStream(file)) {
            Path copy = target.resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(compiled, copy);
        }
        ContextFolder.settleAll(target);
    }
}

package dev.wearon.containers;

import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Prepares the contexts of the images in {@code target/images}, and builds them.
 *
 * @param root the source tree with the packaged services
 * @param baseImage instead of the runtime that is made here
 * @param source the URL of the sources
 * @param withCaches whether the images get startup caches
 */
record ImageBuild(
        Path root, Engine engine, String tag, Optional<String> baseImage, Optional<String> source, boolean withCaches) {

    static final String VERSION = "0.1.0-SNAPSHOT";

    private static final String PREFIX = "wearon/";
    private static final String RUNTIME = "jre";

    /** An image that was built. */
    record Image(String name, long bytes, Path sbom) {}

    List<Image> run(List<String> services, Consumer<String> progress) throws IOException, UserError {
        long start = System.nanoTime();
        Consumer<String> timed = line -> progress.accept("%-70s %4d s"
                .formatted(line, Duration.ofNanos(System.nanoTime() - start).toSeconds()));
        timed.accept("preparing the images in " + root.relativize(folder()) + ", for " + engine.program());
        JavaRuntime runtime = new JavaRuntime(folder().resolve(RUNTIME));
        StagedServices staged = new StagedServices(root, folder().resolve("staged"));
        String base = PREFIX + RUNTIME + ":" + tag;
        Map<String, String> arguments = new LinkedHashMap<>();
        if (baseImage.isPresent()) {
            base = baseImage.get();
        } else {
            if (runtime.make(timed)) {
                staged.forgetCaches();
            }
            engine.build(base, dockerfile(RUNTIME), runtime.context(), Map.of());
            timed.accept("built " + base);
        }
        arguments.put("BASE_IMAGE", base);
        arguments.put("VERSION", VERSION);
        revision().ifPresent(commit -> arguments.put("REVISION", commit));
        source.ifPresent(url -> arguments.put("SOURCE", url));
        boolean caches = withCaches && baseImage.isEmpty();
        staged.copy();
        if (caches) {
            staged.recordCaches(runtime, timed);
        }
        List<Image> built = new ArrayList<>();
        for (String service : services) {
            built.add(build(
                    service, staged, baseImage.isEmpty() ? Optional.of(runtime) : Optional.empty(), caches, arguments));
            timed.accept("built " + built.getLast().name());
        }
        return built;
    }

    private Image build(
            String service,
            StagedServices staged,
            Optional<JavaRuntime> runtime,
            boolean withCache,
            Map<String, String> arguments)
            throws IOException, UserError {
        String image = PREFIX + service + ":" + tag;
        Path sbom = folder().resolve(service + ".cdx.json");
        Path packaged = staged.packaged(service);
        Files.writeString(sbom, new BillOfMaterials(root).of(service, tag, packaged, runtime));
        Path context = folder().resolve(service);
        ServiceContext.write(root, packaged, context, withCache, sbom);
        engine.build(image, dockerfile(service), context, arguments);
        return new Image(image, engine.size(image), sbom);
    }

    private Path folder() {
        return root.resolve("target/images");
    }

    private Path dockerfile(String image) {
        return root.resolve("deploy/images").resolve(image).resolve("Dockerfile");
    }

    /** The commit of the sources; none outside of a repository. */
    private Optional<String> revision() throws IOException {
        Commands.Output commit = Commands.run(1, List.of("git", "-C", root.toString(), "rev-parse", "HEAD"));
        return commit.exitCode() == 0 ? Optional.of(commit.text().strip()) : Optional.empty();
    }
}

package dev.wearon.containers;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.local.commands.Subcommand;
import dev.wearon.local.commands.Wearon;
import dev.wearon.processes.services.ServiceProgram;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(name = "images", description = "Builds container images of the services, with Docker or Podman.")
public final class ImagesCommand implements Subcommand, Runnable {

    @ParentCommand
    private Wearon wearon;

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Add a subcommand: ./wearon images build");
    }

    @Command(
            name = "build",
            description =
                    "Makes a Java runtime, records startup caches with it, and builds an image of each service: wearon/gateway,"
                            + " wearon/credits, wearon/generation and wearon/storage.")
    int build(
            @Option(
                            names = "--tag",
                            paramLabel = "T",
                            defaultValue = "latest",
                            description = "The tag of the images (default: ${DEFAULT-VALUE}).")
                    String tag,
            @Option(
                            names = "--engine",
                            paramLabel = "E",
                            description = "docker or podman (default: the first of them that answers).")
                    String engine,
            @Option(
                            names = "--service",
                            paramLabel = "S",
                            description =
                                    "Only this service: gateway, credits, generation or storage. May be repeated.")
                    List<String> services,
            @Option(
                            names = "--base-image",
                            paramLabel = "I",
                            description =
                                    "An image with a Java runtime, 25 or newer, instead of the one that is made here. The images"
                                            + " then have no startup caches.")
                    String baseImage,
            @Option(
                            names = "--no-cache-file",
                            description = "Builds images without startup caches: smaller, slower to start.")
                    boolean withoutCache,
            @Option(
                            names = "--source",
                            paramLabel = "URL",
                            description = "The URL of the sources, for a label of the images.")
                    String source,
            @Option(names = "--json", description = "Prints one JSON document; the progress goes to standard error.")
                    boolean json)
            throws Exception {
        require("--engine", engine == null ? List.of() : List.of(engine), Engine.PROGRAMS);
        require("--service", services == null ? List.of() : services, ServiceProgram.SERVICES);
        if (!tag.matches("[\\w][\\w.-]{0,127}")) {
            throw new ParameterException(spec.commandLine(), "--tag must be the tag of an image, not " + tag);
        }
        PrintStream progress = json ? System.err : System.out;
        Path root = wearon.layout().root().normalize();
        ImageBuild build = new ImageBuild(
                root,
                Engine.find(engine),
                tag,
                Optional.ofNullable(baseImage),
                Optional.ofNullable(source),
                !withoutCache);
        List<ImageBuild.Image> built =
                build.run(services == null ? ServiceProgram.SERVICES : services, progress::println);
        if (json) {
            ObjectNode document = JsonNodeFactory.instance.objectNode();
            ArrayNode images = document.putArray("images");
            built.forEach(image -> images.addObject()
                    .put("name", image.name())
                    .put("size_bytes", image.bytes())
                    .put("sbom_file", image.sbom().toString()));
            System.out.println(document.toPrettyString());
        } else {
            int width = built.stream()
                    .mapToInt(image -> image.name().length())
                    .max()
                    .orElse(0);
            System.out.printf("%n%-" + width + "s  %8s  %s%n", "IMAGE", "SIZE", "SBOM");
            for (ImageBuild.Image image : built) {
                System.out.printf(
                        "%-" + width + "s  %5.0f MB  %s%n",
                        image.name(),
                        image.bytes() / 1e6,
                        root.relativize(image.sbom()));
            }
        }
        return 0;
    }

    private void require(String option, List<String> values, List<String> allowed) {
        for (String value : values) {
            if (!allowed.contains(value)) {
                throw new ParameterException(
                        spec.commandLine(),
                        option + " must be one of " + String.join(", ", allowed) + ", not " + value);
            }
        }
    }
}

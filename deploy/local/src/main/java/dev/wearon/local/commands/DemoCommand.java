package dev.wearon.local.commands;

import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.PublicApi;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(name = "demo", description = "Starts the suite if it is not up, and makes one try-on through the public API.")
final class DemoCommand implements Callable<Integer> {

    private static final String PERSON = "deploy/local/samples/person.png";
    private static final String GARMENT = "deploy/local/samples/garment.png";

    @ParentCommand
    private Wearon wearon;

    @Option(names = "--person", paramLabel = "FILE", description = "A photo of a person (default: " + PERSON + ").")
    private Path person;

    @Option(
            names = "--garment",
            paramLabel = "FILE",
            description = "A picture of a garment, best with a transparent background (default: " + GARMENT + ").")
    private Path garment;

    @Option(
            names = "--garment-type",
            paramLabel = "KIND",
            description = "${COMPLETION-CANDIDATES} (default: judged from the outline of the garment).")
    private TryOn.GarmentType garmentType;

    @Override
    public Integer call() throws Exception {
        wearon.checkVariables();
        Layout layout = wearon.layout();
        Path personFile = readable(person != null ? person : layout.root().resolve(PERSON));
        Path garmentFile = readable(garment != null ? garment : layout.root().resolve(GARMENT));
        RunFile run = new Startup(layout, System.out).ensureUp();
        Thread interrupted = new Thread(() ->
                System.err.println("\ninterrupted; the suite stays up. Stop it with " + layout.commandLine("down")));
        Runtime.getRuntime().addShutdownHook(interrupted);
        try (PublicApi api = new PublicApi(run.gatewayUrl())) {
            new TryOn(layout, run, api, System.out).perform(personFile, garmentFile, garmentType);
            System.out.println("Documentation of the API: " + run.gatewayUrl() + "/docs/");
        } finally {
            Runtime.getRuntime().removeShutdownHook(interrupted);
        }
        return 0;
    }

    private static Path readable(Path file) throws IOException, UserError {
        if (!Files.isReadable(file) || Files.isDirectory(file)) {
            throw new UserError("The picture " + file + " cannot be read.", "choose another file");
        }
        // Finds a wrong file before the suite is started.
        if (PictureType.of(file).isEmpty()) {
            throw new UserError(file + " is not a JPEG, PNG or WebP picture.", "choose another file");
        }
        return file;
    }
}

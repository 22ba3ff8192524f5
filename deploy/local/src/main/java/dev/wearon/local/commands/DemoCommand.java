package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.local.suite.Extra;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.PublicApi;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        description =
                "Starts the suite if it is not up, and makes one try-on through the public API; with --shop, opens a shop for a"
                        + " browser instead.")
final class DemoCommand implements Callable<Integer> {

    private static final String PERSON = "deploy/local/samples/person.png";
    private static final String GARMENT = "deploy/local/samples/garment.png";

    @ParentCommand
    private Wearon wearon;

    @Spec
    private CommandSpec spec;

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

    @Option(
            names = "--shop",
            description = "Also starts a shop, to try on and to buy credits in a browser, and prints its URL.")
    private boolean shop;

    @Option(names = "--open", description = "With --shop: opens the shop in the browser.")
    private boolean open;

    @Option(names = "--json", description = "Prints one JSON document; the progress goes to standard error.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        checkOptions();
        wearon.checkVariables();
        Layout layout = wearon.layout();
        PrintStream progress = json ? System.err : System.out;
        return shop ? openShop(layout, progress) : makeTryOn(layout, progress);
    }

    private void checkOptions() {
        if (open && !shop) {
            throw new ParameterException(spec.commandLine(), "--open needs --shop");
        } else if (shop && (person != null || garment != null || garmentType != null)) {
            throw new ParameterException(
                    spec.commandLine(), "--shop makes no try-on here, so it takes no --person and no --garment");
        }
    }

    private int openShop(Layout layout, PrintStream progress) throws IOException, UserError {
        ShopDemo.Opened opened = new ShopDemo(layout, layout.root().resolve(PERSON), progress).open();
        if (open && !Browser.ofThisSystem().open(opened.url())) {
            progress.println("No browser could be opened from here; open the URL yourself: " + opened.url());
        }
        if (json) {
            System.out.println(opened.toJson());
        }
        return 0;
    }

    private int makeTryOn(Layout layout, PrintStream progress) throws IOException, UserError {
        Path personFile = readable(person != null ? person : layout.root().resolve(PERSON));
        Path garmentFile = readable(garment != null ? garment : layout.root().resolve(GARMENT));
        RunFile run = new Startup(layout, progress, Extra.DEMO_PAGES).ensureUp();
        Thread interrupted = new Thread(() ->
                System.err.println("\ninterrupted; the suite stays up. Stop it with " + layout.commandLine("down")));
        Runtime.getRuntime().addShutdownHook(interrupted);
        try (PublicApi api = new PublicApi(run.gatewayUrl())) {
            TryOn.Made made = new TryOn(layout, run, api, progress).perform(personFile, garmentFile, garmentType);
            String documentation = run.gatewayUrl() + "/docs/";
            progress.println("Documentation of the API: " + documentation);
            if (json) {
                System.out.println(toJson(made, run, documentation));
            }
        } finally {
            Runtime.getRuntime().removeShutdownHook(interrupted);
        }
        return 0;
    }

    private static String toJson(TryOn.Made made, RunFile run, String documentation) {
        ObjectNode result = JsonNodeFactory.instance
                .objectNode()
                .put("session_id", made.sessionId())
                .put("picture", made.picture().toString())
                .put("picture_url", made.pictureUrl())
                .put("seconds", made.seconds())
                .put("credits_before", made.creditsBefore())
                .put("credits_after", made.creditsAfter())
                .put("gateway_url", run.gatewayUrl())
                .put("documentation_url", documentation);
        ArrayNode steps = result.putArray("steps");
        made.steps().forEach(step -> steps.addObject().put("step", step.step()).put("seconds", step.seconds()));
        return result.toPrettyString();
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

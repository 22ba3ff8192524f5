package dev.wearon.local.commands;

import dev.wearon.local.suite.Environment;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.UserError;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.ServiceLoader;
import java.util.UUID;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The command {@code wearon}, with the options by which all subcommands select the suite. */
@Command(
        name = "wearon",
        description =
                "Runs the WearOn suite on this machine (PostgreSQL, Redis and the four services), and manages its stores, keys and"
                        + " credits.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        version = "WearOn " + Wearon.VERSION,
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            LogsCommand.class,
            ResetCommand.class,
            BackupCommand.class,
            RestoreCommand.class,
            StartupCacheCommand.class,
            StoreCommand.class,
            KeyCommand.class,
            CreditsCommand.class,
            PurchasesCommand.class,
            GenerationCommand.class,
            ChangelogCommand.class,
            LedgerCommand.class,
            ReconcileCommand.class,
            ShopifyCommand.class,
            IdentityCommand.class,
            KeysCommand.class,
            MigrateCommand.class,
            ConfigCommand.class,
            DoctorCommand.class,
            CompletionCommand.class,
            SuperviseCommand.class
        },
        footer = {
            "",
            "The ports: gateway, credits, generation, storage (base +0 to +3), their health",
            "and metrics (+4 to +7), PostgreSQL (+8), Redis (+9). If started: Prometheus",
            "(+10), the demo shop (+11).",
            "WEARON_DB_URL and WEARON_REDIS_URL select existing servers instead.",
            "A process that does not answer for WEARON_LIVENESS_TIMEOUT (30s, or off) is",
            "killed and restarted.",
            "WEARON_STARTUP_CACHE=off starts the services without startup caches.",
            "WEARON_HEAP_GATEWAY, WEARON_HEAP_CREDITS, WEARON_HEAP_GENERATION and",
            "WEARON_HEAP_STORAGE set the maximum Java heaps, for example to 256m.",
            "WEARON_HTTP_HOST=0.0.0.0 opens the gateway to other machines.",
            "The services get all other WEARON_... variables. All variables are listed in",
            "docs/operations/configuration.md."
        })
public final class Wearon implements Runnable {

    static final String VERSION = "0.1.0";

    private static final String ID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
    private static final String EXAMPLE_ID = "0193c0de-0000-7000-8000-000000000001";
    private static final int MAX_PORT_BASE = 65_535 - Layout.PORTS + 1;

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description =
                    "The folder for data, logs and run.json (default: WEARON_DATA, or .wearon beside this script).")
    private Path data;

    @Option(
            names = "--port-base",
            paramLabel = "N",
            scope = ScopeType.INHERIT,
            defaultValue = "${env:WEARON_PORT_BASE:-8080}",
            description = "The first of ten ports on 127.0.0.1 (default: WEARON_PORT_BASE, or 8080).")
    private int portBase;

    private Wearon(Map<String, String> environment) {
        this.environment = environment;
    }

    public static void main(String[] arguments) {
        // The database driver would print errors on standard error while a server starts.
        Logger.getLogger("org.postgresql").setLevel(Level.OFF);
        System.exit(commandLine().execute(arguments));
    }

    /** Includes the commands of the other modules on the class path. */
    public static CommandLine commandLine() {
        return commandLine(System.getenv());
    }

    static CommandLine commandLine(Map<String, String> environment) {
        CommandLine line = new CommandLine(new Wearon(environment));
        line.setParameterExceptionHandler(Failures::usage);
        ServiceLoader.load(Subcommand.class).forEach(line::addSubcommand);
        line.registerConverter(UUID.class, Wearon::id);
        return line.setExecutionExceptionHandler(Failures::execution);
    }

    private static UUID id(String text) {
        if (!text.matches(ID)) {
            throw new TypeConversionException(
                    "'" + text + "' is not an id; an id has 36 characters, for example " + EXAMPLE_ID);
        }
        return UUID.fromString(text);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Add a command, for example: ./wearon demo");
    }

    Environment environment() {
        return new Environment(environment);
    }

    /** Warns of variables with a former name, and refuses variables that do not exist. */
    public void checkVariables() throws UserError {
        Environment variables = environment();
        variables.warnings().forEach(warning -> spec.commandLine().getErr().println("wearon: " + warning));
        variables.requireKnownNames();
    }

    /** The port base of the command line. Empty if not given: WEARON_PORT_BASE is for the suite of {@code up}. */
    public OptionalInt chosenPortBase() {
        boolean chosen = Stream.iterate(spec.commandLine().getParseResult(), Objects::nonNull, ParseResult::subcommand)
                .anyMatch(parsed -> parsed.hasMatchedOption("--port-base"));
        return chosen ? OptionalInt.of(layout().portBase()) : OptionalInt.empty();
    }

    public Layout layout() {
        if (portBase < 1 || portBase > MAX_PORT_BASE) {
            throw new ParameterException(
                    spec.commandLine(), "--port-base must be between 1 and " + MAX_PORT_BASE + ", not " + portBase);
        }
        Path root = Path.of(
                        Optional.ofNullable(System.getProperty("wearon.root")).orElse("."))
                .toAbsolutePath();
        Path chosen = data != null
                ? data
                : Optional.ofNullable(environment.get("WEARON_DATA"))
                        .filter(variable -> !variable.isBlank())
                        .map(Path::of)
                        .orElse(root.resolve(".wearon"));
        return new Layout(root, chosen, portBase);
    }
}

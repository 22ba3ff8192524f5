package dev.wearon.local.commands;

import dev.wearon.local.suite.Environment;
import dev.wearon.local.suite.ErrorText;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
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

/** The command line's first word, and what all commands share: which suite is meant. */
@Command(
        name = "wearon",
        description =
                "The WearOn suite on this machine: PostgreSQL, Redis and the four services; and its stores, keys and credits.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        version = "WearOn 0.1.0",
        subcommands = {
            DemoCommand.class,
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            LogsCommand.class,
            ResetCommand.class,
            StoreCommand.class,
            KeyCommand.class,
            CreditsCommand.class,
            IdentityCommand.class,
            SuperviseCommand.class
        },
        footer = {
            "",
            "Ports from the base on: gateway, credits, generation, storage (+0 to +3), their health and metrics (+4 to +7),",
            "PostgreSQL (+8), Redis (+9). WEARON_DB_URL and WEARON_REDIS_URL use existing servers instead;",
            "A process that does not answer for WEARON_LIVENESS_TIMEOUT (30s, or off) is killed and started again;",
            "WEARON_HEAP_GATEWAY and its like are the services' heaps.",
            "WEARON_HTTP_HOST=0.0.0.0 opens the gateway to other machines.",
            "Every other WEARON_... variable reaches the services; docs/operations.md lists them."
        })
public final class Wearon implements Runnable {

    private static final String ID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
    private static final String AN_ID = "0193c0de-0000-7000-8000-000000000001";
    private static final int HIGHEST_BASE = 65_535 - Layout.PORTS + 1;

    private final Map<String, String> environment;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--data",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Data, logs and run.json (default: .wearon beside this script, or WEARON_DATA).")
    private Path data;

    @Option(
            names = "--port-base",
            paramLabel = "N",
            scope = ScopeType.INHERIT,
            defaultValue = "${env:WEARON_PORT_BASE:-8080}",
            description = "First of ten ports on 127.0.0.1 (default: 8080, or WEARON_PORT_BASE).")
    private int portBase;

    private Wearon(Map<String, String> environment) {
        this.environment = environment;
    }

    public static void main(String[] arguments) {
        // The database driver would tell on standard error that a server is not there yet; whoever asked says it
        // better.
        Logger.getLogger("org.postgresql").setLevel(Level.OFF);
        System.exit(commandLine().execute(arguments));
    }

    /** With the commands of the other modules on the class path. */
    public static CommandLine commandLine() {
        return commandLine(System.getenv());
    }

    static CommandLine commandLine(Map<String, String> environment) {
        CommandLine line = new CommandLine(new Wearon(environment));
        line.setParameterExceptionHandler((mistake, arguments) -> {
            mistake.getCommandLine().getErr().println("wearon: " + mistake.getMessage());
            mistake.getCommandLine().usage(mistake.getCommandLine().getErr());
            return CommandLine.ExitCode.USAGE;
        });
        ServiceLoader.load(Subcommand.class).forEach(line::addSubcommand);
        line.registerConverter(UUID.class, Wearon::id);
        return line.setExecutionExceptionHandler((failure, command, parsed) -> {
            command.getErr().println("wearon: " + told(failure));
            return failure instanceof UserError trouble ? trouble.exitCode() : 1;
        });
    }

    private static UUID id(String text) {
        if (!text.matches(ID)) {
            throw new TypeConversionException("'" + text + "' is not an id, which is 36 characters like " + AN_ID);
        }
        return UUID.fromString(text);
    }

    private static String told(Exception failure) throws IOException {
        return switch (failure) {
            case UserError trouble -> trouble.getMessage();
            case IOException fault -> ErrorText.of(fault);
            default -> {
                Path report = Files.createTempFile("wearon-failure-", ".txt");
                try (PrintWriter details = new PrintWriter(Files.newBufferedWriter(report))) {
                    failure.printStackTrace(details);
                }
                yield "It failed for a reason that nobody foresaw.\n  hint: report it with what stands in " + report;
            }
        };
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Say what to do, for example: ./wearon demo");
    }

    Environment environment() {
        return new Environment(environment);
    }

    /** Warns of variables with a former name, and refuses variables that do not exist. */
    void checkVariables() throws UserError {
        Environment variables = environment();
        variables.warnings().forEach(warning -> spec.commandLine().getErr().println("wearon: " + warning));
        variables.requireKnownNames();
    }

    /** The ports that were asked for on the command line; the environment's are those of the usual suite. */
    public OptionalInt chosenPortBase() {
        boolean chosen = Stream.iterate(spec.commandLine().getParseResult(), Objects::nonNull, ParseResult::subcommand)
                .anyMatch(parsed -> parsed.hasMatchedOption("--port-base"));
        return chosen ? OptionalInt.of(layout().portBase()) : OptionalInt.empty();
    }

    public Layout layout() {
        if (portBase < 1 || portBase > HIGHEST_BASE) {
            throw new ParameterException(
                    spec.commandLine(), "--port-base must be between 1 and " + HIGHEST_BASE + ", not " + portBase);
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

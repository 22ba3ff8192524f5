package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.local.suite.UserError;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(name = "generation", description = "Shows a try-on, as the store that made it sees it.")
final class GenerationCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Add a subcommand, for example: ./wearon generation show SESSION_ID");
    }

    @Command(
            name = "show",
            description =
                    "Shows a try-on. Needs an API key of its store in WEARON_API_KEY (default: the demo store's).")
    int show(
            @Mixin AdminApi admin,
            @Parameters(paramLabel = "SESSION_ID", description = "The session_id that the create returned.")
                    UUID session)
            throws UserError {
        JsonNode found = admin.readAsStore((api, key) -> api.get("/api/v1/generation/" + session, key));
        admin.show(found, out -> Columns.print(out, found));
        return 0;
    }
}

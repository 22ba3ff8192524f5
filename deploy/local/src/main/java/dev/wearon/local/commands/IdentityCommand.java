package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.wearon.processes.IdentityKeys;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

@Command(
        name = "identity",
        description =
                "Adds and removes the keys with which gateway and generation sign identities. Does not restart services.")
final class IdentityCommand implements Runnable {

    @ParentCommand
    private Wearon wearon;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--keys",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "The folder of the keys (default: the folder of the local suite).")
    private Path folder;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Add a subcommand, for example: ./wearon identity add gateway");
    }

    @Command(
            name = "add",
            description = "Creates a key for an issuer, adds the public key to the key set, and prints its name.")
    int add(
            @Parameters(paramLabel = "ISSUER", description = "gateway or generation.") String issuer,
            @Option(names = "--json", description = "Prints one JSON document.") boolean json)
            throws IOException {
        if (!IdentityKeys.ISSUERS.contains(issuer)) {
            throw new ParameterException(
                    spec.commandLine(),
                    "ISSUER must be one of " + String.join(", ", IdentityKeys.ISSUERS) + ", not " + issuer);
        }
        IdentityKeys keys = keys();
        boolean first = !Files.exists(keys.privateKey(issuer));
        String name = keys.add(issuer);
        Path privateKey = first ? keys.privateKey(issuer) : keys.nextPrivateKey(issuer);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonNodeFactory.instance
                    .objectNode()
                    .put("name", name)
                    .put("private_key_file", privateKey.toString())
                    .put("public_keys_file", keys.publicKeys().toString())
                    .toPrettyString());
        } else {
            out.println(name);
            out.println("  private: " + privateKey);
            out.println("  public:  in " + keys.publicKeys());
        }
        out.flush();
        return 0;
    }

    @Command(name = "remove", description = "Removes a public key from the key set.")
    int remove(@Parameters(paramLabel = "NAME", description = "The kid of the key.") String name) throws IOException {
        keys().remove(name);
        return 0;
    }

    private IdentityKeys keys() {
        return new IdentityKeys(folder != null ? folder : wearon.layout().identities());
    }
}

package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.local.suite.DeploymentKeys;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "keys",
        description = "Generates the secrets of a deployment: files, those of Compose, or a Secret of Kubernetes.")
final class KeysCommand implements Runnable {

    private static final String NAME = "[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(), "Add a subcommand, for example: ./wearon keys generate --out keys");
    }

    @Command(
            name = "generate",
            description =
                    "Writes new passwords of the database roles, identity keys, an operator token and a signing key. Prints"
                            + " none of them, and overwrites nothing.")
    int generate(
            @Option(
                            names = "--out",
                            required = true,
                            paramLabel = "PATH",
                            description = "A folder, which gets a file for each; with --secret, the YAML file.")
                    Path out,
            @Option(
                            names = "--secret",
                            paramLabel = "NAME",
                            description = "Writes one Secret of Kubernetes with this name, for kubectl apply -f PATH.")
                    String secret,
            @Option(names = "--compose", description = "Writes the files that deploy/compose/compose.yaml mounts.")
                    boolean compose,
            @Option(names = "--json", description = "Prints one JSON document.") boolean json)
            throws IOException, UserError {
        if (secret != null && !secret.matches(NAME)) {
            throw new ParameterException(
                    spec.commandLine(), "--secret must be a name of Kubernetes: lower-case letters, digits, - and .");
        }
        if (secret != null && compose) {
            throw new ParameterException(spec.commandLine(), "Choose one of --secret and --compose.");
        }
        Path path = out.toAbsolutePath().normalize();
        DeploymentKeys keys = compose ? DeploymentKeys.generateForCompose() : DeploymentKeys.generate();
        if (secret != null) {
            keys.writeSecret(path, secret);
        } else if (compose) {
            keys.writeReadableFiles(path);
        } else {
            keys.writeFiles(path);
        }
        PrintWriter printed = spec.commandLine().getOut();
        if (json) {
            ObjectNode document = JsonNodeFactory.instance.objectNode().put("path", path.toString());
            ArrayNode names = document.putArray("keys");
            keys.names().forEach(names::add);
            printed.println(document.toPrettyString());
        } else {
            printed.println(path + (secret == null ? "" : " (Secret " + secret + ")"));
            keys.names().forEach(name -> printed.println("  " + name));
            if (secret != null) {
                printed.println("  create it: kubectl apply -f " + path + "    then store or delete the file");
            }
        }
        printed.flush();
        return 0;
    }
}

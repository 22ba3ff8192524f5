package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.local.suite.Migration;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "migrate",
        description = {
            "Prepares the database in WEARON_DB_URL for this version: executes deploy/postgresql/provision.sql, then migrates the"
                    + " schemas of all services. Starts no service. May be repeated.",
            "For services that start with WEARON_DB_MIGRATE_AT_START=false."
        })
final class MigrateCommand implements Callable<Integer> {

    @ParentCommand
    private Wearon wearon;

    @Option(names = "--json", description = "Prints one JSON document; the progress goes to standard error.")
    private boolean json;

    @Override
    public Integer call() throws IOException, UserError {
        wearon.checkVariables();
        PrintStream progress = json ? System.err : System.out;
        Migration migration = Migration.of(wearon.layout(), wearon.environment());
        migration.run(progress::println);
        if (json) {
            ObjectNode document = JsonNodeFactory.instance.objectNode();
            ArrayNode schemas = document.putArray("migrated");
            Migration.ORDER.forEach(schemas::add);
            System.out.println(document.toPrettyString());
        }
        return 0;
    }
}

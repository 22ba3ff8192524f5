package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.local.suite.StartupCaches;
import java.io.PrintStream;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "startup-cache",
        description =
                "Records how the services start and work, so that they start faster. The first up after a build does"
                        + " it too.")
final class StartupCacheCommand implements Callable<Integer> {

    @ParentCommand
    private Wearon wearon;

    @Option(names = "--json", description = "Prints one JSON document; the progress goes to standard error.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        PrintStream progress = json ? System.err : System.out;
        Set<String> recorded = new StartupCaches(wearon.layout().root()).recordMissing(progress::println);
        if (json) {
            ObjectNode result = JsonNodeFactory.instance.objectNode();
            ArrayNode services = result.putArray("recorded");
            recorded.forEach(services::add);
            System.out.println(result.toPrettyString());
        }
        return 0;
    }
}

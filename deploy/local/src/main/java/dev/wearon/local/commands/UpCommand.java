package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.wearon.local.suite.Extra;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.UserError;
import java.io.PrintStream;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(name = "up", description = "Starts the suite and keeps it alive, also after this terminal is closed.")
final class UpCommand implements Callable<Integer> {

    @ParentCommand
    private Wearon wearon;

    @Option(names = "--json", description = "Prints one JSON document; the progress goes to standard error.")
    private boolean json;

    @Option(
            names = "--observe",
            description = "Also starts Prometheus, which must be installed, with the alerts of deploy/observability.")
    private boolean observe;

    @Override
    public Integer call() throws Exception {
        wearon.checkVariables();
        Layout layout = wearon.layout();
        PrintStream progress = json ? System.err : System.out;
        RunFile run = new Startup(layout, progress, observe ? Extra.PROMETHEUS : Extra.NONE).ensureUp();
        if (observe && run.prometheusUrl() == null) {
            throw new UserError(
                    "WearOn is up without Prometheus, because it was started before.",
                    "stop it with %s, and start it again with %s"
                            .formatted(layout.commandLine("down"), layout.commandLine("up --observe")));
        }
        String documentation = run.gatewayUrl() + "/docs/";
        if (json) {
            System.out.println(JsonNodeFactory.instance
                    .objectNode()
                    .put("gateway_url", run.gatewayUrl())
                    .put("documentation_url", documentation)
                    .put("data_dir", run.dataDir())
                    .put("port_base", run.portBase())
                    .put("prometheus_url", run.prometheusUrl())
                    .toPrettyString());
        } else {
            System.out.println("  documentation: " + documentation);
            if (run.prometheusUrl() != null) {
                System.out.println(
                        "  alerts: " + run.prometheusUrl() + "/alerts    queries: " + run.prometheusUrl() + "/graph");
                System.out.println("  boards: import " + layout.root().resolve("deploy/observability/boards")
                        + " into Grafana, with the data source " + run.prometheusUrl());
            }
            System.out.println("  make a try-on: " + layout.commandLine("demo"));
            System.out.println(
                    "  show it: " + layout.commandLine("status") + "    stop it: " + layout.commandLine("down"));
        }
        if (run.portBase() != layout.portBase()) {
            progress.println("  note: it was started with --port-base " + run.portBase()
                    + "; stop it and start it again to use other ports");
        }
        return 0;
    }
}

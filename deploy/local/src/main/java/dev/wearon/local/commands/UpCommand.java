package dev.wearon.local.commands;

import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.RunFile;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(name = "up", description = "Starts the suite and keeps it alive, also after this terminal is closed.")
final class UpCommand implements Callable<Integer> {

    @ParentCommand
    private Wearon wearon;

    @Override
    public Integer call() throws Exception {
        wearon.checkVariables();
        Layout layout = wearon.layout();
        RunFile run = new Startup(layout, System.out).ensureUp();
        System.out.println("  stop it: " + layout.commandLine("down") + "    show it: " + layout.commandLine("status"));
        if (run.portBase() != layout.portBase()) {
            System.out.println("  note: it was started with --port-base " + run.portBase()
                    + "; stop it and start it again to use other ports");
        }
        return 0;
    }
}

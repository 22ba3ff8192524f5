package dev.wearon.local.commands;

import dev.wearon.local.suite.StartupCaches;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "startup-cache",
        description =
                "Records how the services start and work, so that they start faster. The first up after a build does"
                        + " it too.")
final class StartupCacheCommand implements Callable<Integer> {

    @ParentCommand
    private Wearon wearon;

    @Override
    public Integer call() throws Exception {
        new StartupCaches(wearon.layout().root()).recordMissing(System.out::println);
        return 0;
    }
}

package dev.wearon.local.commands;

import dev.wearon.local.suite.Environment;
import dev.wearon.local.suite.Extra;
import dev.wearon.local.suite.Supervisor;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

/** An internal command, which {@code up} starts in its own process. */
@Command(name = "supervise", hidden = true)
final class SuperviseCommand implements Callable<Integer> {

    @ParentCommand
    private Wearon wearon;

    @Option(names = "--extra", defaultValue = "NONE")
    private Extra extra;

    @Override
    public Integer call() {
        new Supervisor(wearon.layout(), new Environment(System.getenv()), extra, System.out).run();
        return 1;
    }
}

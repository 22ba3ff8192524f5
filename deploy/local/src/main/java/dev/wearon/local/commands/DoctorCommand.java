package dev.wearon.local.commands;

import dev.wearon.local.suite.Doctor;
import dev.wearon.local.suite.Finding;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        description =
                "Checks the JDK, ports, disk, PostgreSQL, Redis, S3 and the clock, whether the suite is up or down. Exits with 1 after a failure.",
        footer = {"", "ok: fine; warn: works, but needs attention; fail: prevents a start, or is broken."})
final class DoctorCommand implements Callable<Integer> {

    @ParentCommand
    private Wearon wearon;

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Prints one JSON document.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        List<Finding> findings = new Doctor(wearon.layout(), wearon.environment()).examine();
        boolean healthy = findings.stream().noneMatch(finding -> finding.state() == Finding.State.FAIL);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Finding.toJson(findings, healthy));
        } else {
            findings.forEach(finding -> print(out, finding));
        }
        out.flush();
        return healthy ? 0 : 1;
    }

    private static void print(PrintWriter out, Finding finding) {
        String state = "%-4s".formatted(finding.state().name().toLowerCase(Locale.ROOT));
        String coloured =
                switch (finding.state()) {
                    case OK -> Colours.good(state);
                    case WARN -> Colours.attention(state);
                    case FAIL -> Colours.bad(state);
                };
        out.println("%s  %-9s  %s".formatted(coloured, finding.name(), Columns.plain(finding.detail())));
        if (finding.hint() != null) {
            out.println(" ".repeat(17) + "hint: " + Columns.plain(finding.hint()));
        }
    }
}

package dev.wearon.local.commands;

import java.util.ArrayList;
import java.util.List;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "completion",
        description = "Prints a script with which bash or zsh completes the commands and options.",
        footer = {
            "",
            "./wearon completion bash > ~/.wearon-completion    (or zsh)",
            "Then add to ~/.bashrc or ~/.zshrc: source ~/.wearon-completion"
        })
final class CompletionCommand implements Runnable {

    private static final String ZSH = "zsh";

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", completionCandidates = Shells.class, description = "bash or zsh.")
    private String shell;

    static final class Shells extends ArrayList<String> {
        Shells() {
            super(List.of("bash", ZSH));
        }
    }

    @Override
    public void run() {
        if (!new Shells().contains(shell)) {
            throw new ParameterException(spec.commandLine(), "SHELL must be bash or zsh, not " + shell);
        }
        CommandLine wearon = spec.root().commandLine();
        // zsh runs the functions of bash after these lines; compinit must come before bashcompinit.
        String begin = shell.equals(ZSH)
                ? "autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit\n"
                : "";
        spec.commandLine().getOut().print(begin + AutoComplete.bash("wearon", wearon));
        spec.commandLine().getOut().flush();
    }
}

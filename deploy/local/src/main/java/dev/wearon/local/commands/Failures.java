package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.wearon.local.suite.ErrorText;
import dev.wearon.local.suite.PublicApi.Answer;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * Prints why a command failed, with a hint. Without {@code --json} as text on standard error. With {@code --json} as a document
 * {@code {"error": …}} on standard output, so that a program reads one document whether the command succeeded or not.
 */
final class Failures {

    /** 1 is for a check that found something, so that a script can tell it from a check that was not made. */
    static final int NOT_DONE = 2;

    private static final String JSON = "--json";
    private static final String USAGE = "USAGE";
    private static final String FAILED = "COMMAND_FAILED";

    private Failures() {}

    /** A wrong command line: the message, and the usage of the command. */
    static int usage(ParameterException mistake, String[] arguments) {
        CommandLine command = mistake.getCommandLine();
        if (List.of(arguments).contains(JSON)) {
            String help = "run ./" + command.getCommandSpec().qualifiedName() + " --help";
            print(command, document(USAGE, mistake.getMessage() + UserError.HINT + help));
        } else {
            command.getErr().println("wearon: " + mistake.getMessage());
            // Standard error may be a file although the terminal shows standard output.
            command.usage(command.getErr(), Ansi.OFF);
        }
        return NOT_DONE;
    }

    static int execution(Exception failure, CommandLine command, ParseResult parsed) throws IOException {
        String message = message(failure);
        if (!parsed.originalArgs().contains(JSON)) {
            command.getErr().println("wearon: " + message);
        } else if (failure instanceof UserError error && error.refusal().isPresent()) {
            print(command, document(error.refusal().get(), message));
        } else {
            boolean usage = failure instanceof UserError error && error.isUsage();
            print(command, document(usage ? USAGE : FAILED, message));
        }
        return NOT_DONE;
    }

    private static ObjectNode document(Answer.Refusal refusal, String message) {
        ObjectNode document = document(refusal.code(), message);
        ((ObjectNode) document.path("error"))
                .put("message", refusal.message())
                .put("status", refusal.status())
                .put("request_id", refusal.requestId());
        return document;
    }

    private static ObjectNode document(String code, String message) {
        int hint = message.indexOf(UserError.HINT);
        ObjectNode document = JsonNodeFactory.instance.objectNode();
        document.putObject("error")
                .put("code", code)
                .put("message", hint < 0 ? message : message.substring(0, hint))
                .put("hint", hint < 0 ? null : message.substring(hint + UserError.HINT.length()))
                .putNull("status")
                .putNull("request_id");
        return document;
    }

    private static void print(CommandLine command, ObjectNode document) {
        PrintWriter out = command.getOut();
        out.println(document.toPrettyString());
        out.flush();
    }

    private static String message(Exception failure) throws IOException {
        return switch (failure) {
            case UserError error -> error.getMessage();
            case IOException fault -> ErrorText.of(fault);
            default -> {
                Path report = Files.createTempFile("wearon-failure-", ".txt");
                try (PrintWriter details = new PrintWriter(Files.newBufferedWriter(report))) {
                    failure.printStackTrace(details);
                }
                yield "The command failed with an unexpected error." + UserError.HINT + "report it with the details in "
                        + report;
            }
        };
    }
}

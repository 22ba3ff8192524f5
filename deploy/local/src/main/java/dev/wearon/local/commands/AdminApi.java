package dev.wearon.local.commands;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.local.suite.ErrorText;
import dev.wearon.local.suite.Layout;
import dev.wearon.local.suite.PublicApi;
import dev.wearon.local.suite.PublicApi.Answer;
import dev.wearon.local.suite.RunFile;
import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The options of the commands that call the admin API, the calls, and the output of the answers. Never prints the token. */
final class AdminApi {

    static final String STORES = "/admin/v1/stores";

    private static final int HIGHEST_PORT = 65_535;
    private static final String TOKEN = "WEARON_ADMIN_TOKEN";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The gateway of a remote suite, with its admin token in " + TOKEN
                    + " (default: the suite that is up in the data folder).")
    private String url;

    @Option(names = "--json", description = "Prints the answer's data as JSON.")
    private boolean json;

    interface Request {
        Answer send(PublicApi api, String token) throws IOException;
    }

    private record Gateway(String url, String token) {}

    /**
     * Sends the request and returns the data of the answer.
     *
     * @param ifUnknown the hint if it is unknown whether the request was executed
     * @throws UserError if the request was refused, or the gateway cannot be reached
     */
    JsonNode call(Request request, String ifUnknown) throws UserError {
        Gateway gateway = gateway();
        try (PublicApi api = new PublicApi(gateway.url())) {
            return switch (request.send(api, gateway.token())) {
                case Answer.Success success -> success.data();
                case Answer.Refusal refusal ->
                    throw new UserError(
                            "%s: %s (%d, request id %s)"
                                    .formatted(
                                            Columns.plain(refusal.code()),
                                            Columns.plain(refusal.message()),
                                            refusal.status(),
                                            Columns.plain(refusal.requestId())),
                            Hint.of(refusal, this, ifUnknown));
            };
        } catch (IOException noAnswer) {
            throw unanswered(gateway, noAnswer, ifUnknown);
        }
    }

    private UserError unanswered(Gateway gateway, IOException noAnswer, String ifUnknown) {
        IOException reason = noAnswer.getCause() instanceof IOException cause ? cause : noAnswer;
        if (reason instanceof ConnectException || reason instanceof HttpConnectTimeoutException) {
            return new UserError(
                    "The gateway at " + gateway.url() + " cannot be reached; no request was sent.",
                    isRemote() ? "check --url" : "see " + commandLine("status"));
        }
        return new UserError(
                "The gateway at " + gateway.url() + " did not answer: " + ErrorText.of(reason) + ".", ifUnknown);
    }

    /** Prints {@code data} as JSON or with {@code table}. */
    void show(JsonNode data, Consumer<PrintWriter> table) {
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(data.toPrettyString());
        } else {
            table.accept(out);
        }
        out.flush();
    }

    /** Prints a note; with {@code --json} on standard error, because a program reads standard output. */
    void printNote(String line) {
        PrintWriter out =
                json ? command.commandLine().getErr() : command.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    /** Prints the command for the next page, if there is one. */
    void printNextPage(JsonNode page) {
        if (!json && page.path("next_cursor").isTextual()) {
            printNote("There is more: "
                    + again("--cursor", page.path("next_cursor").asText()));
        }
    }

    /** This command line with the option set to {@code value}, ready to paste into a shell. */
    String again(String option, String value) {
        List<String> words = new ArrayList<>();
        boolean valueOfOption = false;
        for (String word : command.root().commandLine().getParseResult().originalArgs()) {
            if (!valueOfOption && !word.equals(option) && !word.startsWith(option + "=")) {
                words.add(word);
            }
            valueOfOption = !valueOfOption && word.equals(option);
        }
        words.add(option);
        words.add(value);
        return layout().script() + " " + words.stream().map(Layout::quoted).collect(Collectors.joining(" "));
    }

    /** Another command for the same suite, ready to paste into a shell. */
    String commandLine(String other) {
        return isRemote()
                ? layout().script() + " " + other + " --url " + Layout.quoted(url)
                : layout().commandLine(other);
    }

    boolean isRemote() {
        return url != null;
    }

    ParameterException wrongUsage(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    private Gateway gateway() throws UserError {
        Gateway gateway = isRemote() ? remote() : local();
        if (!gateway.token().matches("[!-~]+")) {
            // HttpClient would refuse such a token with a message that quotes it.
            throw new UserError(
                    "The admin token contains characters other than visible ASCII.", "set another " + TOKEN);
        }
        return gateway;
    }

    private Gateway local() throws UserError {
        RunFile run = RunFile.read(layout().runFile())
                .orElseThrow(() -> new UserError(
                        "WearOn is not up in " + layout().data() + ".",
                        "start it with " + layout().commandLine("up") + ", or choose a remote one with --url"));
        return new Gateway(run.gatewayUrl(), run.adminToken());
    }

    private Gateway remote() {
        if (!isGatewayUrl(url)) {
            throw wrongUsage("--url must be like https://wearon.example.com, without a query or a user");
        }
        String token = wearon().environment()
                .adminToken()
                .orElseThrow(() -> wrongUsage("--url needs the admin token of that gateway in " + TOKEN));
        return new Gateway(url.replaceAll("/+$", ""), token);
    }

    private static boolean isGatewayUrl(String url) {
        try {
            URI uri = URI.create(url);
            return url.matches("https?://.+")
                    && uri.getHost() != null
                    && uri.getPort() <= HIGHEST_PORT
                    && uri.getRawUserInfo() == null
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null;
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private Layout layout() {
        return wearon().layout();
    }

    private Wearon wearon() {
        return (Wearon) command.root().userObject();
    }
}

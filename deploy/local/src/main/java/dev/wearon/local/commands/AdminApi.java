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

/** What the operator's commands share: whose admin API is asked, and how its answer is shown. Never shows the token. */
final class AdminApi {

    static final String STORES = "/admin/v1/stores";

    private static final int HIGHEST_PORT = 65_535;
    private static final String TOKEN = "WEARON_ADMIN_TOKEN";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The gateway of a suite elsewhere, with its operator's token in " + TOKEN
                    + " (default: the suite that is up in the data folder).")
    private String url;

    @Option(names = "--json", description = "For programs: the data of the answer as it is.")
    private boolean json;

    /** One call of the admin API. */
    interface Request {
        Answer send(PublicApi api, String token) throws IOException;
    }

    private record Gateway(String url, String token) {}

    /**
     * The data of the answer.
     *
     * @param ifUnknown the hint when nobody can say whether the request was carried out
     * @throws UserError when it was refused, or the gateway cannot be reached
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
                    "The gateway at " + gateway.url() + " cannot be reached; nothing was asked of it.",
                    isElsewhere() ? "check --url" : "see " + commandLine("status"));
        }
        return new UserError(
                "The gateway at " + gateway.url() + " did not answer: " + ErrorText.of(reason) + ".", ifUnknown);
    }

    /** Shows {@code data} as JSON, or to people as {@code table} does it. */
    void show(JsonNode data, Consumer<PrintWriter> table) {
        PrintWriter out = command.commandLine().getOut();
        if (json) {
            out.println(data.toPrettyString());
        } else {
            table.accept(out);
        }
        out.flush();
    }

    /** Says something beside the data: where {@code --json} is read by a program, on standard error. */
    void printNote(String line) {
        PrintWriter out =
                json ? command.commandLine().getErr() : command.commandLine().getOut();
        out.println(line);
        out.flush();
    }

    /** Tells how to read on, when there is more. */
    void printNextPage(JsonNode page) {
        if (!json && page.path("next_cursor").isTextual()) {
            printNote("There is more: "
                    + again("--cursor", page.path("next_cursor").asText()));
        }
    }

    /** The command line that was typed, with this option set to {@code value}; it can be pasted. */
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

    /** Another command for the same suite; it can be pasted. */
    String commandLine(String other) {
        return isElsewhere()
                ? layout().script() + " " + other + " --url " + Layout.quoted(url)
                : layout().commandLine(other);
    }

    boolean isElsewhere() {
        return url != null;
    }

    ParameterException wrongUsage(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    private Gateway gateway() throws UserError {
        Gateway gateway = isElsewhere() ? elsewhere() : local();
        if (!gateway.token().matches("[!-~]+")) {
            // The HTTP client would refuse it with a message that quotes it.
            throw new UserError(
                    "The operator's token is not made of visible ASCII characters.", "set another " + TOKEN);
        }
        return gateway;
    }

    private Gateway local() throws UserError {
        RunFile run = RunFile.read(layout().runFile())
                .orElseThrow(() -> new UserError(
                        "WearOn is not up in " + layout().data() + ".",
                        "start it with " + layout().commandLine("up") + ", or name another one with --url"));
        return new Gateway(run.gatewayUrl(), run.adminToken());
    }

    private Gateway elsewhere() {
        if (!isGatewayUrl(url)) {
            throw wrongUsage("--url must be like https://wearon.example.com, without a query or a name in it");
        }
        String token = wearon().environment()
                .adminToken()
                .orElseThrow(() -> wrongUsage("--url needs the operator's token of that gateway in " + TOKEN));
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

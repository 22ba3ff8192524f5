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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * The options of the commands that call a gateway, the calls, and the output of the answers. Calls as the operator or, with an
 * API key, as a store. Never prints the token or the key.
 */
final class AdminApi {

    static final String STORES = "/admin/v1/stores";

    private static final int HIGHEST_PORT = 65_535;
    private static final String TOKEN = "WEARON_ADMIN_TOKEN";
    private static final String API_KEY = "WEARON_API_KEY";
    private static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);

    /** Longer than the gateway waits for a report: WEARON_PROXY_LEDGER_REPORT_TIMEOUT is at most 5 minutes. */
    static final Duration REPORT_TIMEOUT = Duration.ofSeconds(310);

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = "The gateway of a remote suite, with its admin token in " + TOKEN
                    + " (default: the suite that is up in the data folder).")
    private String url;

    @Option(names = "--json", description = "Prints one JSON document: the answer's data, or the error.")
    private boolean json;

    interface Request {
        Answer send(PublicApi api, String token) throws IOException;
    }

    /** Reads a report of the gateway. */
    interface Reports {
        JsonNode report(Request request) throws UserError;
    }

    /** @param holder whose token it is, for messages */
    private record Gateway(String url, String token, String holder, String variable) {}

    /**
     * Sends the request and returns the data of the answer.
     *
     * @param ifUnknown the hint if it is unknown whether the request was executed
     * @throws UserError if the request was refused, or the gateway cannot be reached
     */
    JsonNode call(Request request, String ifUnknown) throws UserError {
        return send(operator(), CALL_TIMEOUT, request, refusal -> Hint.of(refusal, this, ifUnknown), ifUnknown);
    }

    /** The same for a report or a repair, which reads all data and may take minutes. A repeat is safe. */
    JsonNode report(Request request) throws UserError {
        String repeat = "repeat the command, which is safe";
        return send(operator(), REPORT_TIMEOUT, request, refusal -> Hint.of(refusal, this, repeat), repeat);
    }

    /** The same as a store, with its API key. Only for reads. */
    JsonNode readAsStore(Request request) throws UserError {
        return send(
                store(), CALL_TIMEOUT, request, refusal -> Hint.ofStore(refusal, this, API_KEY), "repeat the command");
    }

    private JsonNode send(
            Gateway gateway, Duration timeout, Request request, Function<Answer.Refusal, String> hint, String ifUnknown)
            throws UserError {
        if (!gateway.token().matches("[!-~]+")) {
            // HttpClient would refuse such a token with a message that quotes it.
            throw new UserError(
                    "The " + gateway.holder() + " contains characters other than visible ASCII.",
                    "set another " + gateway.variable());
        }
        try (PublicApi api = new PublicApi(gateway.url(), timeout)) {
            return switch (request.send(api, gateway.token())) {
                case Answer.Success success -> success.data();
                case Answer.Refusal refusal ->
                    throw UserError.refused(
                            refusal,
                            "%s: %s (%d, request id %s)"
                                    .formatted(
                                            Columns.plain(refusal.code()),
                                            Columns.plain(refusal.message()),
                                            refusal.status(),
                                            Columns.plain(refusal.requestId())),
                            hint.apply(refusal));
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

    boolean printsJson() {
        return json;
    }

    boolean isRemote() {
        return url != null;
    }

    ParameterException wrongUsage(String message) {
        return new ParameterException(command.commandLine(), message);
    }

    private Gateway operator() throws UserError {
        if (isRemote()) {
            String token = wearon().environment()
                    .adminToken()
                    .orElseThrow(() -> wrongUsage("--url needs the admin token of that gateway in " + TOKEN));
            return new Gateway(remoteUrl(), token, "admin token", TOKEN);
        }
        RunFile run = running();
        return new Gateway(run.gatewayUrl(), run.adminToken(), "admin token", TOKEN);
    }

    /** With the API key of the environment; otherwise with the key of the demo store. */
    private Gateway store() throws UserError {
        Optional<String> key = wearon().environment().apiKey();
        if (isRemote()) {
            String ofStore = key.orElseThrow(() -> wrongUsage("--url needs an API key of the store in " + API_KEY));
            return new Gateway(remoteUrl(), ofStore, "API key", API_KEY);
        }
        RunFile run = running();
        return new Gateway(run.gatewayUrl(), key.orElse(run.demo().apiKey()), "API key", API_KEY);
    }

    private RunFile running() throws UserError {
        return RunFile.read(layout().runFile())
                .orElseThrow(() -> new UserError(
                        "WearOn is not up in " + layout().data() + ".",
                        "start it with " + layout().commandLine("up") + ", or choose a remote one with --url"));
    }

    private String remoteUrl() {
        if (!isGatewayUrl(url)) {
            throw wrongUsage("--url must be like https://wearon.example.com, without a query or a user");
        }
        return url.replaceAll("/+$", "");
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

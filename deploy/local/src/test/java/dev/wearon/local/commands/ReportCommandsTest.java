package dev.wearon.local.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.testkit.Garbage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Changes of a store, its credits and try-ons, reports and their repair, against a fake gateway. */
class ReportCommandsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOKEN = "the-secret-admin-token";
    private static final String API_KEY = "wk_0123456789abcdef0123456789abcdef";
    private static final String STORE = "0193c0de-0000-7000-8000-000000000001";
    private static final String SESSION = "0193c0de-0000-7000-8000-000000000002";
    private static final String WINDOW = "\"from\": \"2026-11-20T10:00:00Z\", \"to\": \"2026-11-21T10:00:00Z\"";

    @TempDir
    Path data;

    private FakeGateway gateway;

    @BeforeEach
    void start() throws IOException {
        gateway = new FakeGateway();
        gateway.writeRunFile(data, TOKEN);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    @Nested
    class StoreSet {

        @Test
        void sendsOnlyTheGivenFieldsWithTheirTypes() throws IOException {
            gateway.willSucceed(200, "{\"store_id\": \"" + STORE + "\", \"subscription_tier\": \"growth\"}");
            Output output =
                    run("store set " + STORE + " subscription_tier=growth retail_credit_price=2.50 overage_enabled=true"
                            + " subscription_id=\"12\" shopper_creates_per_day=null image_hosts=[a.example,b.example]");
            assertThat(output.out()).contains("subscription_tier  growth");
            assertThat(gateway.onlyRequest().target()).isEqualTo("PATCH /admin/v1/stores/" + STORE);
            assertThat(JSON.readTree(gateway.onlyRequest().body())).isEqualTo(JSON.readTree("""
                    {"subscription_tier": "growth", "retail_credit_price": 2.50, "overage_enabled": true,
                     "subscription_id": "12", "shopper_creates_per_day": null,
                     "image_hosts": ["a.example", "b.example"]}"""));
        }

        @ParameterizedTest
        @ValueSource(strings = {"", " status", " =active", " status=active status=inactive"})
        void refusesAnotherFormWithoutARequest(String settings) {
            Output output = run("store set " + STORE + settings);
            assertThat(output.exitCode()).isEqualTo(2);
            assertThat(output.err()).contains("wearon: ", "FIELD=VALUE");
        }
    }

    @Nested
    class Reads {

        @Test
        void theBalanceOfAStore() {
            gateway.willSucceed(200, "{\"balance\": 49, \"total_purchased\": 50, \"total_spent\": 1}");
            assertThat(run("credits balance " + STORE).out()).contains("balance          49");
            assertThat(gateway.onlyRequest().target()).isEqualTo("GET /admin/v1/stores/" + STORE + "/balance");
        }

        @Test
        void aPageOfTransactions() {
            gateway.willSucceed(200, """
                    {"transactions": [{"created_at": "2026-11-21T10:00:00Z", "type": "purchase", "delta": 50,
                      "balance_after": 50, "request_id": "invoice-1", "description": null}], "next_cursor": "bmV4dA"}""");
            Output output = run("credits transactions " + STORE + " --limit 1");
            assertThat(output.out())
                    .contains("2026-11-21T10:00:00Z  purchase  50     50             invoice-1   -", "--cursor bmV4dA");
            assertThat(gateway.onlyRequest().target())
                    .isEqualTo("GET /admin/v1/stores/" + STORE + "/transactions?limit=1");
        }

        @Test
        void aPageOfPurchases() {
            gateway.willSucceed(200, """
                    {"purchases": [{"created_at": "2026-11-21T10:00:00Z", "store_id": "%s", "order_id": "1001",
                      "status": "completed", "credits": 3, "granted": 3, "returned": 3, "clawed_back": 2, "shortfall": 1}],
                     "next_cursor": "bmV4dA"}""".formatted(STORE));
            Output output = run("purchases " + STORE + " --status completed --shortfall --limit 1");
            assertThat(output.out()).contains("1001", "completed  3", "--cursor bmV4dA");
            assertThat(gateway.onlyRequest().target())
                    .isEqualTo(
                            "GET /admin/v1/purchases?store_id=" + STORE + "&status=completed&shortfall=true&limit=1");
            gateway.willSucceed(200, "{\"purchases\": [], \"next_cursor\": null}");
            assertThat(run("purchases").exitCode()).isZero();
        }

        @Test
        void theChangelogOfAStore() {
            gateway.willSucceed(200, """
                    {"entries": [{"at": "2026-11-21T11:00:00Z", "who": "operator-1a2b3c4d", "action": "store.changed",
                      "store_id": "%s", "before": {"status": "active"}, "after": {"status": "inactive"}}],
                     "next_cursor": null}""".formatted(STORE));
            assertThat(run("changelog " + STORE).out()).contains("store.changed", "status: active -> inactive");
            assertThat(gateway.onlyRequest().target()).isEqualTo("GET /admin/v1/audit?store_id=" + STORE);
        }

        @Test
        void theWebhooksThatShopifySent() {
            gateway.willSucceed(200, """
                    {"webhooks": [{"id": "%s", "received_at": "2026-12-01T10:00:01Z", "topic": "orders/paid",
                      "shop": "demo.myshopify.com", "state": "failed", "attempts": 11, "reason": "The ledger does not answer."}],
                     "next_cursor": "bmV4dA"}""".formatted(SESSION));
            Output output = run("shopify webhooks --state failed --topic orders/paid --shop demo.myshopify.com");
            assertThat(output.out())
                    .contains(
                            SESSION + "  2026-12-01T10:00:01Z  orders/paid  demo.myshopify.com  failed  11",
                            "--cursor bmV4dA");
            assertThat(gateway.onlyRequest().target())
                    .isEqualTo(
                            "GET /admin/v1/webhooks/shopify?state=failed&topic=orders%2Fpaid&shop=demo.myshopify.com");
        }

        @Test
        void aReplayedWebhook() {
            gateway.willSucceed(200, "{\"id\": \"" + SESSION + "\", \"state\": \"waiting\"}");
            assertThat(run("shopify replay " + SESSION).out()).contains("state  waiting");
            assertThat(gateway.onlyRequest().target())
                    .isEqualTo("POST /admin/v1/webhooks/shopify/" + SESSION + "/replay");
        }

        @Test
        void aWebhookThatCannotBeReplayedWithAHint() {
            gateway.willRefuse(409, "WEBHOOK_HANDLED", "This webhook was handled, and its body is deleted.");
            Output output = run("shopify replay " + SESSION);
            assertThat(output.exitCode()).isEqualTo(2);
            assertThat(output.err()).contains("hint: there is nothing to repeat");
        }

        @Test
        void aTryOnWithTheKeyOfTheEnvironment() {
            gateway.willSucceed(200, "{\"session_id\": \"" + SESSION + "\", \"status\": \"completed\"}");
            Output output = run(Map.of("WEARON_API_KEY", API_KEY), "generation show " + SESSION);
            assertThat(output.out()).contains("status      completed");
            assertThat(gateway.onlyRequest().target()).isEqualTo("GET /api/v1/generation/" + SESSION);
            assertThat(gateway.onlyRequest().authorization()).isEqualTo("Bearer " + API_KEY);
        }

        @Test
        void aTryOnOfAnotherStoreWithAHint() {
            gateway.willRefuse(404, "NOT_FOUND", "The try-on was not found.");
            Output output = run("generation show " + SESSION);
            assertThat(output.exitCode()).isEqualTo(2);
            assertThat(output.err()).contains("hint: check the id", "WEARON_API_KEY");
            assertThat(gateway.onlyRequest().authorization()).isEqualTo("Bearer none");
        }
    }

    @Nested
    class LedgerCheck {

        private static final String OVERALL = """
                {"overall": {"purchased": 50, "differences":
                  {"credits": %d, "pool": 0, "shoppers": 0, "charges": 0, "overage_cents": 0}},
                 "test": {"purchased": 9, "differences":
                  {"credits": 0, "pool": 0, "shoppers": 0, "charges": %d, "overage_cents": 0}}, "stores": [], "next": null}""";
        private static final String AGREES = "{\"wallets\": 3, \"disagreements\": [], \"truncated\": false}";

        @Test
        void exitsWith0IfAllAgrees() throws IOException {
            gateway.willSucceed(200, AGREES);
            gateway.willSucceed(200, OVERALL.formatted(0, 0));
            Output output = run("ledger check --json");
            assertThat(output.exitCode()).isZero();
            JsonNode result = JSON.readTree(output.out());
            assertThat(result.path("consistent").asBoolean()).isTrue();
            assertThat(result.at("/overall/purchased").asInt()).isEqualTo(50);
            assertThat(result.at("/test/purchased").asInt()).isEqualTo(9);
        }

        @Test
        void exitsWith1AfterADisagreement() {
            gateway.willSucceed(200, """
                    {"wallets": 3, "disagreements": [{"store_id": "%s", "wallet_id": null, "wallet": "store",
                      "field": "balance", "stored": 7, "recomputed": 8}], "truncated": false}""".formatted(STORE));
            gateway.willSucceed(200, OVERALL.formatted(0, 0));
            Output output = run("ledger check");
            assertThat(output.exitCode()).isEqualTo(1);
            assertThat(output.out()).contains("balance  7       8", "not consistent", "incidents.md");
        }

        @Test
        void exitsWith1AfterADifference() {
            gateway.willSucceed(200, AGREES);
            gateway.willSucceed(200, OVERALL.formatted(-1, 0));
            assertThat(run("ledger check").exitCode()).isEqualTo(1);
        }

        @Test
        void exitsWith1AfterADifferenceOfTestCredits() {
            gateway.willSucceed(200, AGREES);
            gateway.willSucceed(200, OVERALL.formatted(0, 2));
            Output output = run("ledger check");
            assertThat(output.exitCode()).isEqualTo(1);
            assertThat(output.out()).contains("test credits: difference: charges");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{}",
                    "{\"wallets\": 3, \"truncated\": false}",
                    "{\"wallets\": 3, \"disagreements\": {}, \"truncated\": false}",
                    "{\"wallets\": \"3\", \"disagreements\": [], \"truncated\": false}",
                    "{\"wallets\": 3, \"disagreements\": []}"
                })
        void failsWithoutTheFieldsOfAReport(String other) {
            gateway.willSucceed(200, other);
            gateway.willSucceed(200, OVERALL.formatted(0, 0));
            assertFailed(run("ledger check"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "{}",
                    "{\"overall\": {\"differences\": {}}}",
                    "{\"overall\": {\"differences\": {\"credits\": 0}}}",
                    "{\"overall\": {\"differences\": [0, 0]}}"
                })
        void failsWithoutTheFieldsOfATrialBalance(String other) {
            gateway.willSucceed(200, AGREES);
            gateway.willSucceed(200, other);
            assertFailed(run("ledger check"));
        }
    }

    @Nested
    class Reconcile {

        private static final String REPORT = """
                {%s, "sessions": 5, "charges": 5, "findings": {
                  "charged_without_session": {"count": 0, "items": []},
                  "completed_without_charge": {"count": 0, "items": []},
                  "failed_not_released": %s,
                  "released_but_completed": {"count": 0, "items": []},
                  "double_charge": {"count": 0, "items": []},
                  "result_object_missing": {"count": 0, "items": []}}}""";
        private static final String NONE = "{\"count\": 0, \"items\": []}";
        private static final String REPAIR = """
                {"dry_run": %s, %s, "repaired": {"charged_without_session": 0, "failed_not_released": %d},
                 "left": {"charged_without_session": 0, "completed_without_charge": 0, "failed_not_released": 0,
                   "released_but_completed": 0, "double_charge": %d, "result_object_missing": 0},
                 "way_out": {"double_charge": "Grant it."}}""";

        @Test
        void exitsWith1AndListsTheDifferences() {
            gateway.willSucceed(200, REPORT.formatted(WINDOW, """
                    {"count": 1, "items": [{"session_id": "%s", "store_id": "%s", "created_at": "2026-11-21T09:00:00Z"}]}""".formatted(SESSION, STORE)));
            Output output = run("reconcile --from 2026-11-20T10:00:00Z --limit 5");
            assertThat(output.exitCode()).isEqualTo(1);
            assertThat(output.out())
                    .containsPattern("failed_not_released +1")
                    .contains(
                            SESSION,
                            "reconcile --repair --from 2026-11-20T10:00:00Z --to 2026-11-21T10:00:00Z --data ");
            assertThat(gateway.onlyRequest().target())
                    .isEqualTo("GET /admin/v1/reconciliation?from=2026-11-20T10%3A00%3A00Z&limit=5");
        }

        @Test
        void exitsWith0IfAllAgrees() {
            gateway.willSucceed(200, REPORT.formatted(WINDOW, NONE));
            Output output = run("reconcile");
            assertThat(output.exitCode()).isZero();
            assertThat(output.out()).contains("agree.").doesNotContain("--repair");
        }

        @ParameterizedTest
        @ValueSource(strings = {"{}", "0", "{\"count\": 0}", "{\"count\": null, \"items\": []}"})
        void failsWithoutTheCountOfAClass(String other) {
            gateway.willSucceed(200, REPORT.formatted(WINDOW, other));
            assertFailed(run("reconcile"));
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"{}", "{\"findings\": {}, \"sessions\": 0, \"charges\": 0, \"from\": \"\", \"to\": \"\"}"})
        void failsWithoutTheFieldsOfAReport(String other) {
            gateway.willSucceed(200, other);
            gateway.willSucceed(200, other);
            assertFailed(run("reconcile"));
            assertFailed(run("reconcile --repair --yes"));
            assertThat(gateway.requests().getLast().target()).endsWith("dry_run=true");
        }

        @Test
        void exitsWith1IfARepairLeavesADifference() {
            gateway.willSucceed(200, REPAIR.formatted("true", WINDOW, 0, 2));
            Output output = run("reconcile --repair");
            assertThat(output.exitCode()).isEqualTo(1);
            assertThat(output.out()).contains("There is nothing to repair", "double_charge: Grant it.");
        }

        @Test
        void repairsTheWindowOfTheDryRun() {
            gateway.willSucceed(200, REPAIR.formatted("true", WINDOW, 1, 0));
            gateway.willSucceed(200, REPAIR.formatted("false", WINDOW, 1, 0));
            Output output = answering("yes\n", "reconcile --repair");
            assertThat(output.exitCode()).isZero();
            assertThat(output.out())
                    .contains("WOULD REPAIR", "Type yes", "Repaired")
                    .doesNotContain("Grant it");
            assertThat(gateway.requests())
                    .extracting(FakeGateway.Request::target)
                    .containsExactly(
                            "POST /admin/v1/reconciliation/repair?dry_run=true",
                            "POST /admin/v1/reconciliation/repair?from=2026-11-20T10%3A00%3A00Z"
                                    + "&to=2026-11-21T10%3A00%3A00Z&dry_run=false");
        }

        @ParameterizedTest
        @ValueSource(strings = {"", "no\n"})
        void changesNothingWithoutAYes(String answer) {
            gateway.willSucceed(200, REPAIR.formatted("true", WINDOW, 1, 0));
            Output output = answering(answer, "reconcile --repair");
            assertThat(output.exitCode()).isEqualTo(1);
            assertThat(output.out()).contains("Nothing was changed.");
            assertThat(gateway.onlyRequest().target()).endsWith("dry_run=true");
        }

        @Test
        void repairsWithoutAQuestionAfterYes() throws IOException {
            gateway.willSucceed(200, REPAIR.formatted("true", WINDOW, 1, 0));
            gateway.willSucceed(200, REPAIR.formatted("false", WINDOW, 1, 0));
            Output output = run("reconcile --repair --yes --json");
            assertThat(JSON.readTree(output.out()).path("dry_run").asBoolean()).isFalse();
            assertThat(gateway.requests()).hasSize(2);
        }

        @Test
        void onlyShowsTheRepairAsJsonWithoutYes() throws IOException {
            gateway.willSucceed(200, REPAIR.formatted("true", WINDOW, 1, 0));
            Output output = run("reconcile --repair --json");
            assertThat(JSON.readTree(output.out()).path("dry_run").asBoolean()).isTrue();
            assertThat(output.exitCode()).isEqualTo(1);
            assertThat(output.err()).contains("Nothing was changed", "--yes");
            assertThat(gateway.onlyRequest().target()).endsWith("dry_run=true");
        }
    }

    /** Standard output is one document, whatever happens. */
    @Nested
    class PrintsAnErrorAsJson {

        @Test
        void ofTheGateway() throws IOException {
            gateway.willRefuse(404, "NOT_FOUND", "There is no such store.");
            Output output = run("store show " + STORE + " --json");
            assertThat(output.exitCode()).isEqualTo(2);
            assertThat(output.err()).isEmpty();
            JsonNode error = JSON.readTree(output.out()).path("error");
            assertThat(error.path("code").asText()).isEqualTo("NOT_FOUND");
            assertThat(error.path("message").asText()).isEqualTo("There is no such store.");
            assertThat(error.path("hint").asText()).contains("store list");
            assertThat(error.path("status").asInt()).isEqualTo(404);
            assertThat(error.path("request_id").asText()).isEqualTo("req-7");
        }

        @Test
        void ofAGatewayThatCannotBeReached() throws IOException {
            gateway.close();
            Output output = run("ledger check --json");
            assertThat(output.exitCode()).isEqualTo(2);
            JsonNode error = JSON.readTree(output.out()).path("error");
            assertThat(error.path("code").asText()).isEqualTo("COMMAND_FAILED");
            assertThat(error.path("message").asText())
                    .contains("cannot be reached")
                    .doesNotContain("hint");
            assertThat(error.path("status").isNull()).isTrue();
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"store show x --json", "reconcile --json --frobnicate", "changelog --json --url ftp://a"})
        void ofAWrongCommandLine(String line) throws IOException {
            Output output = run(line);
            assertThat(output.exitCode()).isEqualTo(2);
            assertThat(output.err()).isEmpty();
            JsonNode error = JSON.readTree(output.out()).path("error");
            assertThat(error.path("code").asText()).isEqualTo("USAGE");
            assertThat(error.path("hint").asText()).contains("--help");
        }
    }

    /** Neither 0 nor 1, which are results of a check. */
    private static void assertFailed(Output output) {
        assertThat(output.exitCode()).as(output.out()).isEqualTo(2);
        assertThat(output.err()).contains("is not the expected report", "hint: ");
        assertThat(output.out()).isEmpty();
    }

    private record Output(int exitCode, String out, String err) {}

    private Output answering(String input, String line) {
        InputStream before = System.in;
        System.setIn(new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)));
        try {
            return run(line);
        } finally {
            System.setIn(before);
        }
    }

    private Output run(String line) {
        return run(Map.of(), line);
    }

    private Output run(Map<String, String> environment, String line) {
        List<String> arguments = new ArrayList<>(List.of(line.split(" ")));
        arguments.addAll(List.of("--data", data.toString()));
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exitCode = Wearon.commandLine(environment)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(arguments.toArray(String[]::new));
        assertThat(out + "" + err).doesNotContain(TOKEN, API_KEY).doesNotContainPattern(Garbage.INTERNALS);
        return new Output(exitCode, out.toString(), err.toString());
    }
}

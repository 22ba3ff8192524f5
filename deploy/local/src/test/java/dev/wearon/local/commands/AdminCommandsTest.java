package dev.wearon.local.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.testkit.Garbage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Runs the commands of the admin API against a fake gateway. No output contains the token. */
class AdminCommandsTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOKEN = "the-secret-admin-token";
    private static final String STORE = "0193c0de-0000-7000-8000-000000000001";
    private static final String KEY = "0193c0de-0000-7000-8000-000000000003";
    private static final String API_KEY = "wk_00000000000000000000000000000000";
    private static final String PAGE = """
            {"stores": [
               {"store_id": "%s", "shop_domain": "demo.example.com", "billing_mode": "absorb_mode", "retail_credit_price": null,
                "subscription_tier": null, "status": "active", "created_at": "2026-11-21T10:00:00Z", "test": false},
               {"store_id": "0193c0de-0000-7000-8000-000000000002", "shop_domain": "a.example", "billing_mode": "resell_mode",
                "retail_credit_price": 2.5, "subscription_tier": "starter", "status": "inactive",
                "created_at": "2026-11-20T10:00:00Z", "test": true}],
             "next_cursor": "b2xkZXI="}""".formatted(STORE);
    private static final String ISSUED = """
            {"key_id": "%s", "api_key": "%s", "key_prefix": "wk_0000000000000", "allowed_domains": ["https://a.example"]}""".formatted(KEY, API_KEY);

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
    class WithoutJson {

        @Test
        void printsAPageInColumnsAndTheCommandForTheNext() {
            gateway.willSucceed(200, PAGE);
            Output output = runLocal("store", "list", "--search", "ex am", "--status", "active", "--cursor", "bmV3ZXI");
            assertThat(output.exitCode()).isZero();
            assertThat(output.out().lines())
                    .startsWith(
                            "STORE ID                              SHOP DOMAIN       STATUS    BILLING MODE  SUBSCRIPTION TIER  CREATED AT            TEST",
                            STORE
                                    + "  demo.example.com  active    absorb_mode   -                  2026-11-21T10:00:00Z  false",
                            "0193c0de-0000-7000-8000-000000000002  a.example         inactive  resell_mode   starter            2026-11-20T10:00:00Z  true");
            assertThat(output.out())
                    .contains("store list --search 'ex am' --status active --data " + data + " --cursor 'b2xkZXI='")
                    .doesNotContain("bmV3ZXI");
            assertThat(gateway.onlyRequest().target())
                    .startsWith("GET /admin/v1/stores?")
                    .contains("search=ex+am", "status=active", "cursor=bmV3ZXI");
            assertThat(gateway.onlyRequest().authorization()).isEqualTo("Bearer " + TOKEN);
        }

        @Test
        void suspendsAStoreAndDeletesTheDataOfAShopper() {
            gateway.willSucceed(200, "{\"store_id\": \"%s\", \"status\": \"suspended\"}".formatted(STORE));
            assertThat(runLocal("store", "suspend", STORE).exitCode()).isZero();
            assertThat(gateway.onlyRequest().target()).isEqualTo("POST /admin/v1/stores/" + STORE + "/suspend");
            assertThat(runLocal("store", "redact-shopper", STORE).exitCode()).isNotZero();
            assertThat(runLocal("store", "redact-shopper", STORE, "--ref", "1", "--customer", "1")
                            .exitCode())
                    .isNotZero();
        }

        @Test
        void printsNoCommandForANextPageAfterTheLast() {
            gateway.willSucceed(200, "{\"keys\": [], \"next_cursor\": null}");
            Output output = runLocal("key", "list", STORE);
            assertThat(output.out().lines())
                    .singleElement()
                    .asString()
                    .isEqualTo(
                            "KEY ID  KEY PREFIX  NAME  STATUS  CREATED AT  EXPIRES AT  REVOKED AT  LAST USED AT  SCOPES  ALLOWED DOMAINS");
            assertThat(gateway.onlyRequest().target()).isEqualTo("GET /admin/v1/stores/" + STORE + "/api-keys");
        }

        @Test
        void printsANewKeyOnceWithANote() {
            gateway.willSucceed(201, ISSUED);
            Output output =
                    runLocal("key", "issue", STORE, "--domain", "https://a.example", "--domain", "https://b.example");
            assertThat(output.out())
                    .containsOnlyOnce(API_KEY)
                    .contains("api_key          " + API_KEY, "cannot be shown again");
            assertThat(gateway.onlyRequest().body())
                    .isEqualToIgnoringWhitespace(
                            "{\"allowed_domains\": [\"https://a.example\", \"https://b.example\"]}");
        }

        @Test
        void replacesControlCharacters() {
            gateway.willSucceed(200, "{\"shop_domain\": \"a\\u001b[2Jb\"}");
            assertThat(runLocal("store", "show", STORE).out()).isEqualToIgnoringNewLines("shop_domain  a?[2Jb");
        }
    }

    @Nested
    class WithJson {

        @Test
        void printsOnlyTheData() throws IOException {
            gateway.willSucceed(200, PAGE);
            Output output = runLocal("store", "list", "--json");
            assertThat(JSON.readTree(output.out())).isEqualTo(JSON.readTree(PAGE));
            assertThat(output.err()).isEmpty();
        }

        @Test
        void printsTheNoteOnStandardError() throws IOException {
            gateway.willSucceed(201, ISSUED);
            Output output = runLocal("key", "rotate", STORE, KEY, "--grace", "60", "--json");
            assertThat(JSON.readTree(output.out())).isEqualTo(JSON.readTree(ISSUED));
            assertThat(output.err()).contains("cannot be shown again").doesNotContain(API_KEY);
            assertThat(gateway.onlyRequest().target())
                    .isEqualTo("POST /admin/v1/stores/" + STORE + "/api-keys/" + KEY + "/rotate");
            assertThat(gateway.onlyRequest().body()).isEqualToIgnoringWhitespace("{\"grace_seconds\": 60}");
        }
    }

    @Nested
    class Sends {

        @Test
        void onlyTheGivenFieldsOfANewStore() {
            gateway.willSucceed(201, "{\"store_id\": \"" + STORE + "\"}");
            assertThat(runLocal("store", "create", "demo.example.com").out()).contains(STORE);
            assertThat(gateway.onlyRequest().target()).isEqualTo("POST /admin/v1/stores");
            assertThat(gateway.onlyRequest().body())
                    .isEqualToIgnoringWhitespace("{\"shop_domain\": \"demo.example.com\"}");
        }

        @Test
        void thatANewStoreIsATestStore() throws IOException {
            gateway.willSucceed(201, "{\"store_id\": \"" + STORE + "\", \"test\": true}");
            assertThat(runLocal("store", "create", "demo.example.com", "--test").out())
                    .contains("test      true");
            assertThat(JSON.readTree(gateway.onlyRequest().body()))
                    .isEqualTo(JSON.readTree("{\"shop_domain\": \"demo.example.com\", \"test\": true}"));
        }

        @Test
        void theNameTheScopesAndTheEndOfANewKey() {
            gateway.willSucceed(201, ISSUED);
            runLocal(("key issue " + STORE + " --name till --scope generations:read --scope credits:read"
                            + " --expires-at 2030-01-31T01:00:00+01:00")
                    .split(" "));
            assertThat(gateway.onlyRequest().body())
                    .isEqualToIgnoringWhitespace("{\"allowed_domains\": [], \"name\": \"till\","
                            + " \"scopes\": [\"generations:read\", \"credits:read\"],"
                            + " \"expires_at\": \"2030-01-31T00:00:00Z\"}");
        }

        @Test
        void theEndOfANewKeyAsATime() throws IOException {
            gateway.willSucceed(201, ISSUED);
            runLocal("key", "issue", STORE, "--expires-in", "90d");
            assertThat(Instant.parse(JSON.readTree(gateway.onlyRequest().body())
                            .path("expires_at")
                            .asText()))
                    .isCloseTo(Instant.now().plus(90, ChronoUnit.DAYS), within(1, ChronoUnit.MINUTES));
        }

        @Test
        void aRevocation() {
            gateway.willSucceed(200, "{\"key_id\": \"" + KEY + "\", \"status\": \"revoked\"}");
            assertThat(runLocal("key", "revoke", STORE, KEY).out()).contains("status  revoked");
            assertThat(gateway.onlyRequest().target())
                    .isEqualTo("DELETE /admin/v1/stores/" + STORE + "/api-keys/" + KEY);
        }

        @Test
        void aGrantWithAGeneratedKeyThatItPrints() throws IOException {
            gateway.willSucceed(201, "{\"transaction_id\": \"t\", \"balance\": 50}");
            Output output = runLocal("credits", "grant", STORE, "50");
            String key = gateway.onlyRequest().idempotencyKey();
            assertThat(key).matches("grant-[0-9a-f-]{36}");
            assertThat(output.out()).contains("Idempotency-Key: " + key, "balance         50");
            assertThat(JSON.readTree(gateway.onlyRequest().body()))
                    .isEqualTo(JSON.readTree("{\"amount\": 50, \"type\": \"purchase\"}"));
        }

        @Test
        void aGrantWithTheGivenKey() throws IOException {
            gateway.willSucceed(201, "{\"transaction_id\": \"t\", \"balance\": 50}");
            Output output =
                    runLocal("credits", "grant", STORE, "50", "--key", "invoice-1", "--description", "A b", "--json");
            assertThat(gateway.onlyRequest().idempotencyKey()).isEqualTo("invoice-1");
            assertThat(JSON.readTree(output.out()).path("balance").asInt()).isEqualTo(50);
            assertThat(JSON.readTree(gateway.onlyRequest().body())
                            .path("description")
                            .asText())
                    .isEqualTo("A b");
        }

        @Test
        void aRepeatedGrantAndPrintsThatNothingWasAdded() {
            gateway.willSucceed(201, "{\"transaction_id\": \"t\", \"balance\": 50, \"replayed\": false}");
            gateway.willSucceed(201, "{\"transaction_id\": \"t\", \"balance\": 50, \"replayed\": true}");
            assertThat(runLocal("credits", "grant", STORE, "50", "--key", "invoice-1")
                            .out())
                    .doesNotContain("booked before");
            Output repeated = runLocal("credits", "grant", STORE, "50", "--key", "invoice-1");
            assertThat(repeated.exitCode()).isZero();
            assertThat(repeated.out()).contains("booked before", "nothing was added");
        }

        @Test
        void theFirstTokenOfTheEnvironmentToARemoteGateway() {
            gateway.willSucceed(200, PAGE);
            Map<String, String> environment = Map.of("WEARON_ADMIN_TOKEN", " first-token , second-token");
            Output output = run(environment, "store", "list", "--url", gateway.url() + "/", "--search", "a");
            assertThat(gateway.onlyRequest().authorization()).isEqualTo("Bearer first-token");
            assertThat(output.out()).contains("--url " + gateway.url()).doesNotContain("first-token", "second-token");
        }
    }

    @Nested
    class ExitsWith1 {

        @ParameterizedTest
        @CsvSource({
            "400, VALIDATION_ERROR, nothing was changed",
            "401, INVALID_API_KEY, run ./wearon down and ./wearon up",
            "404, NOT_FOUND, store list",
            "409, STORE_EXISTS, store list --search",
            "418, TEAPOT, docs/errors.md",
            "429, RATE_LIMIT_EXCEEDED, wait a second",
            "503, SERVICE_UNAVAILABLE, it is unknown whether the store was created"
        })
        void withCodeMessageRequestIdAndHint(int status, String code, String hint) {
            gateway.willRefuse(status, code, "A message.");
            Output output = runLocal("store", "create", "a.example");
            assertThat(output.exitCode()).isEqualTo(2);
            assertThat(output.out()).isEmpty();
            assertThat(output.err())
                    .contains("wearon: %s: A message. (%d, request id req-7)".formatted(code, status), "hint: ", hint);
        }

        @Test
        void withTheCommandThatRepeatsAnUnansweredGrant() {
            Output cut = runLocal("credits", "grant", STORE, "50", "--description", "A b");
            String key = gateway.onlyRequest().idempotencyKey();
            assertThat(cut.exitCode()).isEqualTo(2);
            assertThat(cut.err())
                    .contains("did not answer", "unknown")
                    .contains("credits grant " + STORE + " 50 --description 'A b' --data " + data + " --key " + key);
        }

        @Test
        void withTheCommandThatRepeatsAFailedGrant() {
            gateway.willRefuse(503, "SERVICE_UNAVAILABLE", "Please try again.");
            Output refused = runLocal("credits", "grant", STORE, "50", "--key=invoice-1");
            assertThat(refused.err()).contains("unknown", "50 --data " + data + " --key invoice-1");
        }

        @Test
        void ifAnotherServerAnswers() {
            gateway.willSucceed(200, "null");
            assertThat(runLocal("store", "list").err()).contains("no envelope", "not an answer of a gateway");
        }

        @ParameterizedTest
        @ValueSource(strings = {"5", "[]", "\"text\"", "true"})
        void ifTheDataIsNotAnObject(String data) {
            gateway.willSucceed(200, data);
            assertThat(runLocal("store", "list").err()).contains("no envelope", "not an answer of a gateway");
        }

        @Test
        void ifTheGatewayCannotBeReached() {
            gateway.close();
            Output output = runLocal("credits", "grant", STORE, "50");
            assertThat(output.exitCode()).isEqualTo(2);
            assertThat(output.err()).contains("cannot be reached; no request was sent", "status");
        }

        @Test
        void ifNoSuiteIsUp() {
            Output output = run(
                    Map.of(), "store", "list", "--data", data.resolve("other").toString());
            assertThat(output.exitCode()).isEqualTo(2);
            assertThat(output.err()).contains("WearOn is not up in", " up --data ", "--url");
        }

        @Test
        void withoutQuotingAnInvalidToken() {
            Output output = run(Map.of("WEARON_ADMIN_TOKEN", "not\nvisible"), "store", "list", "--url", gateway.url());
            assertThat(output.exitCode()).isEqualTo(2);
            assertThat(output.out() + output.err()).contains("visible ASCII").doesNotContain("not\nvisible");
        }
    }

    @Nested
    class ExitsWith2 {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "store",
                    "key",
                    "credits",
                    "store frobnicate",
                    "store create",
                    "store show not-an-id",
                    "store show 1-1-1-1-1",
                    "store list --limit many",
                    "store list --port-base x",
                    "key issue x",
                    "key issue " + STORE + " --expires-in soon",
                    "key issue " + STORE + " --expires-in 0d",
                    "key issue " + STORE + " --expires-at tomorrow",
                    "key issue " + STORE + " --expires-at 2030-01-31T00:00:00Z --expires-in 1d",
                    "key list x",
                    "key revoke " + STORE + " x",
                    "key rotate " + STORE + " x",
                    "credits grant x 5",
                    "credits grant " + STORE + " 99999999999",
                    "store list --url http://a.example:99999",
                    "store list --url http://[::1",
                    "store list --url http://a_b/",
                    "key revoke " + STORE,
                    "key rotate " + STORE + " " + KEY + " --grace soon",
                    "credits grant " + STORE + " many",
                    "credits grant " + STORE + " 5 --key ü",
                    "store list --url ftp://a.example",
                    "store list --url https://name:word@a.example",
                    "store list --url http://127.0.0.1:1"
                })
        void withoutARequest(String arguments) {
            Output output = runLocal(arguments.split(" "));
            assertThat(output.exitCode()).isEqualTo(2);
            assertThat(output.out()).isEmpty();
            assertThat(output.err()).contains("wearon: ", "Usage: wearon ").doesNotContain("name:word");
        }
    }

    private record Output(int exitCode, String out, String err) {}

    private Output runLocal(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--data", data.toString()));
        return run(Map.of(), all.toArray(String[]::new));
    }

    private static Output run(Map<String, String> environment, String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine line =
                Wearon.commandLine(environment).setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        int exitCode = line.execute(arguments);
        assertThat(out + "" + err).doesNotContain(TOKEN).doesNotContainPattern(Garbage.INTERNALS);
        return new Output(exitCode, out.toString(), err.toString());
    }
}

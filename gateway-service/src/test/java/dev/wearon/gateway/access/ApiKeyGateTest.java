package dev.wearon.gateway.access;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.Envelopes.success;
import static dev.wearon.gateway.testing.Merchant.sql;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.testing.FakeServices;
import dev.wearon.gateway.testing.LogFile;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.testing.RawHttp;
import dev.wearon.testkit.Await;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.specification.RequestSpecification;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@QuarkusTest
class ApiKeyGateTest {

    private static final String BALANCE = "/api/v1/credits/balance";
    private static final String ENDLESS = "0123456789abcdee";

    private Merchant merchant;

    @BeforeEach
    void onboard() {
        merchant = Merchant.inAbsorbMode();
        FakeServices.credits().answers(200, "{\"balance\":3}");
    }

    private static RequestSpecification with(String authorization) {
        return given().header("Authorization", authorization);
    }

    @Nested
    class Returns401 {

        /** All requests get the same response, so that it does not reveal which keys exist. */
        @Test
        void refusesEveryInvalidKeyInTheSameWay() throws Exception {
            String key = merchant.apiKey();
            String hash = HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
            Merchant revoked = Merchant.inAbsorbMode();
            sql(
                    "UPDATE gateway.store_api_keys SET is_active = false WHERE id = ?::uuid",
                    revoked.keyId().toString());
            Merchant closed = Merchant.inAbsorbMode();
            sql(
                    "UPDATE gateway.stores SET status = 'inactive' WHERE id = ?::uuid",
                    closed.storeId().toString());

            List<RequestSpecification> requests = List.of(
                    given(),
                    with(""),
                    with("Bearer"),
                    with("Bearer "),
                    with(key),
                    with("Basic " + key),
                    with("bearer " + key),
                    with("Bearer  " + key),
                    with("Bearer " + key + " " + key),
                    with("Bearer " + key + "0"),
                    with("Bearer " + key.substring(0, 34)),
                    with("Bearer " + key.toUpperCase()),
                    with("Bearer wk_" + "g".repeat(32)),
                    with("Bearer wk_" + "0".repeat(32)),
                    with("Bearer " + hash),
                    with("Bearer wk_" + hash),
                    with("Bearer wk_" + hash.substring(0, 32)),
                    with("Bearer wk_' OR '1'='1"),
                    with("Bearer " + FakeServices.ADMIN_TOKEN),
                    given().queryParam("api_key", key),
                    given().header("X-Api-Key", key),
                    with("Bearer " + key).header("Authorization", "Bearer " + key),
                    with("Bearer " + key + ", Bearer " + key),
                    revoked.calls(),
                    closed.calls());
            Set<String> answers = new HashSet<>();
            for (RequestSpecification request : requests) {
                answers.add(request.get(BALANCE)
                        .then()
                        .spec(refusal(401, "INVALID_API_KEY"))
                        .header("WWW-Authenticate", "Bearer")
                        .extract()
                        .asString());
            }
            assertThat(answers).hasSize(1);
            assertThat(FakeServices.credits().seen()).isEmpty();
        }

        /** Trailing spaces and tabs are not part of a header's value, so not part of the key. */
        @ParameterizedTest
        @ValueSource(strings = {"0", ".", ",", ";", "\"", "\u00a0", "\u00e9", "/x", "\tx", " x"})
        void refusesAKeyWithTrailingBytes(String bytes) {
            assertThat(send("Authorization: Bearer " + merchant.apiKey() + bytes))
                    .isEqualTo(401);
            assertThat(FakeServices.credits().seen()).isEmpty();
        }

        @Test
        void refusesTwoKeys() {
            String valid = "Authorization: Bearer " + merchant.apiKey();
            String invalid = "authorization: Bearer wk_" + "0".repeat(32);
            for (List<String> headers :
                    List.of(List.of(valid, invalid), List.of(invalid, valid), List.of(valid, valid))) {
                assertThat(send(String.join("\r\n", headers))).isEqualTo(401);
            }
            assertThat(FakeServices.credits().seen()).isEmpty();
        }

        private static int send(String headers) {
            return RawHttp.send("GET " + BALANCE + " HTTP/1.1\r\nHost: shop.example.com\r\n" + headers, new byte[0])
                    .status();
        }

        @Test
        void refusesAKeySoonAfterItsRevocation() {
            merchant.calls().get(BALANCE).then().spec(success(200));
            sql(
                    "UPDATE gateway.store_api_keys SET is_active = false WHERE id = ?::uuid",
                    merchant.keyId().toString());
            awaitRefusal();
        }

        @Test
        void refusesAKeySoonAfterItsStoresDeactivation() {
            merchant.calls().get(BALANCE).then().spec(success(200));
            sql(
                    "UPDATE gateway.stores SET status = 'inactive' WHERE id = ?::uuid",
                    merchant.storeId().toString());
            awaitRefusal();
        }

        /** A second is promised, but the machine may be busy. Without news of changes a key is valid for a minute. */
        private void awaitRefusal() {
            Await.until(
                    Duration.ofSeconds(20), () -> merchant.calls().get(BALANCE).statusCode(), status -> status == 401);
        }
    }

    /** The HTTP server itself refuses the request and closes the connection. */
    @Test
    void refusesAKeyOfAMegabyte() throws IOException {
        String answers = "";
        for (int call = 0; call < 10; call++) {
            answers += answerToAKeyOfAMegabyte();
        }
        assertThat(answers).startsWith("HTTP/1.1 431 ").doesNotContain("HTTP/1.1 5", ENDLESS);
        merchant.calls()
                .header("X-Request-Id", "after-a-megabyte")
                .get(BALANCE)
                .then()
                .spec(success(200));
        assertThat(FakeServices.credits().seen()).hasSize(1);
        assertThat(LogFile.holding("after-a-megabyte")).doesNotContain(ENDLESS);
    }

    /** @return empty if the connection was closed while the client was still sending */
    private static String answerToAKeyOfAMegabyte() throws IOException {
        try (Socket socket = new Socket("127.0.0.1", RestAssured.port)) {
            socket.setSoTimeout(15_000);
            try {
                socket.getOutputStream()
                        .write("GET %s HTTP/1.1\r\nHost: shop.example.com\r\nAuthorization: Bearer wk_%s\r\n\r\n"
                                .formatted(BALANCE, ENDLESS.repeat((1 << 20) / ENDLESS.length()))
                                .getBytes(StandardCharsets.US_ASCII));
            } catch (SocketException closedMeanwhile) {
                // The response may still be readable.
            }
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        } catch (SocketException closedMeanwhile) {
            return "";
        }
    }

    @Nested
    class Returns503 {

        @Test
        void forUncachedKeysWhileTheDatabaseIsUnreachable() {
            Merchant known = Merchant.inAbsorbMode();
            known.calls().get(BALANCE).then().spec(success(200));
            sql("ALTER ROLE wearon_gateway NOLOGIN");
            try {
                sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'wearon_gateway'");
                for (int call = 0; call < 3; call++) {
                    known.calls().get(BALANCE).then().spec(success(200));
                }
                var answer = merchant.calls().get(BALANCE).then().spec(refusal(503, "SERVICE_UNAVAILABLE"));
                assertThat(answer.extract().header("Retry-After")).isEqualTo("1");
                // Requests that need no database still work.
                with("Bearer nonsense").get(BALANCE).then().spec(refusal(401, "INVALID_API_KEY"));
                Merchant.operator()
                        .body("{\"allowed_domains\":[]}")
                        .post("/admin/v1/stores/{id}/api-keys", merchant.storeId())
                        .then()
                        .spec(refusal(503, "SERVICE_UNAVAILABLE"));
            } finally {
                sql("ALTER ROLE wearon_gateway LOGIN");
            }
            merchant.calls().get(BALANCE).then().spec(success(200));
        }
    }
}

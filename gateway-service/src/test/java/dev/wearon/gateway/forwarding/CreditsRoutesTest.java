package dev.wearon.gateway.forwarding;

import static dev.wearon.gateway.testing.Envelopes.refusal;
import static dev.wearon.gateway.testing.FakeServices.credits;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.testing.Merchant;
import dev.wearon.gateway.testing.RawHttp;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The ledger reads of a store. */
@QuarkusTest
class CreditsRoutesTest {

    /** The query must not change, because the ledger validates the client's own text. */
    @ParameterizedTest
    @ValueSource(strings = {"?limit=5&cursor=eyJ0IjoxfQ%3D%3D", "?limit=0", "?cursor=%27%3B--&cursor=two", ""})
    void forwardsTheQueryUnchanged(String query) {
        credits().answers(200, "{\"transactions\":[],\"next_cursor\":null}");
        String path = "/api/v1/credits/transactions" + query;
        String key = Merchant.shared().apiKey();
        var answer = RawHttp.send(
                "GET " + path + " HTTP/1.1\r\nHost: shop.example.com\r\nAuthorization: Bearer " + key, new byte[0]);
        assertThat(answer.status()).isEqualTo(200);
        assertThat(credits().onlySeen().uri()).isEqualTo(path);
    }

    @Test
    void forwardsAReadWithoutAShopper() {
        String message = "x-shopper-email must be one e-mail address.";
        credits().answers(400, "{\"code\":\"VALIDATION_ERROR\",\"message\":\"" + message + "\"}");
        Merchant.shared()
                .calls()
                .header("x-shopper-email", "nobody")
                .get("/api/v1/credits/shopper")
                .then()
                .spec(refusal(400, "VALIDATION_ERROR"));
        assertThat(credits().onlySeen().uri()).isEqualTo("/api/v1/credits/shopper");
    }

    @Test
    void neverShowsZeroForAFailedRead() {
        credits().answers(500, "{\"code\":\"INTERNAL_ERROR\",\"message\":\"The wallet could not be read.\"}");
        Merchant.shared()
                .calls()
                .header("x-shopper-email", "ann@example.com")
                .get("/api/v1/credits/shopper")
                .then()
                .spec(refusal(500, "INTERNAL_ERROR"));
    }
}

package dev.wearon.testkit.shopify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TokensTest {

    private static final String SHOP = "a.myshopify.com";
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private Instant now = Instant.parse("2026-10-01T00:00:00Z");
    private final Tokens tokens = new Tokens(SHOP, "app", "hush", () -> now);

    @Test
    void exchangesASessionTokenForAnExpiringPair() {
        Tokens.Answer answer = exchange(session(SHOP), "1");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.body())
                .containsEntry("expires_in", 3_600L)
                .containsEntry("refresh_token_expires_in", 7_776_000L);
        assertThat(tokens.check(text(answer, "access_token"))).isEqualTo(200);
        now = now.plusSeconds(3_600);
        assertThat(tokens.check(text(answer, "access_token"))).isEqualTo(401);
    }

    @Test
    void refusesForeignExpiredAndForgedSessionTokens() {
        assertThat(exchange(session("b.myshopify.com"), "1").body()).containsEntry("error", "invalid_subject_token");
        assertThat(exchange(Signatures.sessionToken("other", "app", SHOP, now), "1")
                        .status())
                .isEqualTo(400);
        assertThat(exchange(Signatures.sessionToken("hush", "other", SHOP, now), "1")
                        .status())
                .isEqualTo(400);
        assertThat(exchange("no token", "1").status()).isEqualTo(400);
        String old = session(SHOP);
        now = now.plusSeconds(71);
        assertThat(exchange(old, "1").status()).isEqualTo(400);
    }

    @Test
    void refusesATokenThatDoesNotExpireAndMigratesIt() {
        String old = text(exchange(session(SHOP), "0"), "access_token");
        assertThat(tokens.check(old)).isEqualTo(403);
        Map<String, String> request = request(old, "1");
        request.put("subject_token_type", "urn:shopify:params:oauth:token-type:offline-access-token");
        assertThat(tokens.check(text(answer(request), "access_token"))).isEqualTo(200);
        assertThat(answer(request).body()).containsEntry("error", "invalid_subject_token");
    }

    @Test
    void takesTheOldRefreshTokenUntilTheNewPairIsUsed() {
        String first = text(exchange(session(SHOP), "1"), "refresh_token");
        Tokens.Answer lost = refresh(first);
        Tokens.Answer second = refresh(first);
        assertThat(second.status()).isEqualTo(200);
        assertThat(tokens.check(text(lost, "access_token"))).isEqualTo(401);
        assertThat(tokens.check(text(second, "access_token"))).isEqualTo(200);
        assertThat(refresh(first).body()).containsEntry("error", "invalid_grant");
        assertThat(refresh(text(second, "refresh_token")).status()).isEqualTo(200);
    }

    @Test
    void endsTheChainAfterNinetyDaysAndAtAnUninstall() {
        String first = text(exchange(session(SHOP), "1"), "refresh_token");
        now = now.plus(Tokens.REFRESH);
        assertThat(refresh(first).body()).containsEntry("error", "invalid_grant");
        String next = text(exchange(session(SHOP), "1"), "refresh_token");
        tokens.revoke();
        assertThat(refresh(next).status()).isEqualTo(400);
    }

    private String session(String shop) {
        return Signatures.sessionToken("hush", "app", shop, now);
    }

    private Tokens.Answer exchange(String subject, String expiring) {
        return answer(request(subject, expiring));
    }

    private Tokens.Answer refresh(String token) {
        return answer(Map.of(
                "client_id", "app", "client_secret", "hush", "grant_type", "refresh_token", "refresh_token", token));
    }

    private Tokens.Answer answer(Map<String, String> request) {
        return tokens.answer(MAPPER.valueToTree(request));
    }

    private static Map<String, String> request(String subject, String expiring) {
        return new HashMap<>(Map.of(
                "client_id", "app",
                "client_secret", "hush",
                "grant_type", "urn:ietf:params:oauth:grant-type:token-exchange",
                "subject_token", subject,
                "subject_token_type", "urn:ietf:params:oauth:token-type:id_token",
                "requested_token_type", "urn:shopify:params:oauth:token-type:offline-access-token",
                "expiring", expiring));
    }

    private static String text(Tokens.Answer answer, String field) {
        return (String) answer.body().get(field);
    }
}

package dev.wearon.gateway.shopify;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.gateway.shopify.Failure.Reason;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;
import org.jboss.logging.Logger;

/** The endpoint of a shop that gives tokens. */
@Singleton
class TokenEndpoint {

    private static final Logger LOG = Logger.getLogger(TokenEndpoint.class);
    private static final String PATH = "/admin/oauth/access_token";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ShopifyHttp http;
    private final ShopifyApp app;

    TokenEndpoint(ShopifyHttp http, ShopifyApp app) {
        this.http = http;
        this.app = app;
    }

    /**
     * @param accessSeconds how long the access token lives; empty: not said
     * @param refreshToken null if the access token does not expire
     * @param scopes separated by commas
     */
    record Pair(
            String accessToken,
            OptionalLong accessSeconds,
            String refreshToken,
            OptionalLong refreshSeconds,
            String scopes) {

        @Override
        public String toString() {
            return "Pair[not shown]";
        }
    }

    /** Gives a new chain of tokens that expire, for a session token of a page. Without a usable answer there may be a new one or not. */
    Uni<Outcome<Pair>> exchange(ShopDomain shop, String sessionToken) {
        return ask(
                shop,
                new JsonObject()
                        .put("grant_type", "urn:ietf:params:oauth:grant-type:token-exchange")
                        .put("subject_token", sessionToken)
                        .put("subject_token_type", "urn:ietf:params:oauth:token-type:id_token")
                        .put("requested_token_type", "urn:shopify:params:oauth:token-type:offline-access-token")
                        // Without it the tokens never expire, and Shopify refuses them later.
                        .put("expiring", "1"));
    }

    /** Gives the next pair of the chain. The old refresh token can be used again until the new pair is. */
    Uni<Outcome<Pair>> refresh(ShopDomain shop, String refreshToken) {
        return ask(shop, new JsonObject().put("grant_type", "refresh_token").put("refresh_token", refreshToken));
    }

    private Uni<Outcome<Pair>> ask(ShopDomain shop, JsonObject request) {
        Buffer body = request.put("client_id", app.clientId())
                .put("client_secret", app.secret())
                .toBuffer();
        return http.post(shop, PATH, Map.of(), body)
                .map(answer -> read(shop, answer))
                .onFailure()
                .recoverWithItem(fault -> {
                    LOG.warnf(
                            "The token endpoint of %s did not answer: %s",
                            shop.name(), fault.getClass().getSimpleName());
                    return Outcome.failed(Reason.UNAVAILABLE, "token endpoint");
                });
    }

    private static Outcome<Pair> read(ShopDomain shop, ShopifyHttp.Answer answer) {
        JsonNode json;
        try {
            json = JSON.readTree(answer.body().getBytes());
        } catch (IOException notJson) {
            json = JSON.missingNode();
        }
        String access = json.path("access_token").asText("");
        if (answer.status() == 200 && !access.isEmpty()) {
            return new Outcome.Done<>(new Pair(
                    access,
                    seconds(json.path("expires_in")),
                    json.path("refresh_token").asText(null),
                    seconds(json.path("refresh_token_expires_in")),
                    json.path("scope").asText("")));
        }
        // The code of OAuth, never the text: it may repeat a token.
        String error = json.path("error").asText("");
        boolean refused = answer.status() >= 400 && answer.status() < 500 && error.matches("[a-z_]{1,64}");
        LOG.warnf(
                "The token endpoint of %s answered with the status %d %s",
                shop.name(), answer.status(), refused ? error : "");
        return refused
                ? Outcome.failed(
                        switch (error) {
                            case "invalid_grant" -> Reason.DISCONNECTED;
                            case "invalid_subject_token" -> Reason.SESSION_ENDED;
                            default -> Reason.REFUSED;
                        },
                        error)
                : Outcome.failed(Reason.UNAVAILABLE, "token endpoint");
    }

    private static OptionalLong seconds(JsonNode number) {
        return number.canConvertToLong() && number.longValue() > 0
                ? OptionalLong.of(number.longValue())
                : OptionalLong.empty();
    }
}

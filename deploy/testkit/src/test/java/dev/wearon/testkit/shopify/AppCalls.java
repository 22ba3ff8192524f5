package dev.wearon.testkit.shopify;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;

/** The calls of an app that is installed at a shop. */
final class AppCalls {

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final FakeShopify shopify;
    private final String shop;
    private String token;

    private AppCalls(FakeShopify shopify, String shop) {
        this.shopify = shopify;
        this.shop = shop;
    }

    /** The app of the secret {@code hush}, with an access token. */
    static AppCalls connected(FakeShopify shopify, String shop) throws Exception {
        AppCalls app = new AppCalls(shopify, shop);
        app.token = MAPPER.readTree(app.exchange().body()).path("access_token").asText();
        return app;
    }

    HttpResponse<String> exchange() throws Exception {
        return post(
                "/admin/oauth/access_token",
                Map.of(
                        "client_id", "app",
                        "client_secret", "hush",
                        "grant_type", "urn:ietf:params:oauth:grant-type:token-exchange",
                        "subject_token", shopify.sessionToken(shop),
                        "subject_token_type", "urn:ietf:params:oauth:token-type:id_token",
                        "requested_token_type", "urn:shopify:params:oauth:token-type:offline-access-token",
                        "expiring", "1"));
    }

    String code(String query) throws Exception {
        return query(query, Map.of()).at("/errors/0/extensions/code").asText();
    }

    JsonNode query(String query, Map<String, Object> variables) throws Exception {
        HttpResponse<String> answer = graphql(query, variables);
        assertThat(answer.statusCode()).isEqualTo(200);
        return MAPPER.readTree(answer.body());
    }

    HttpResponse<String> graphql(String query, Map<String, Object> variables) throws Exception {
        return graphql(FakeShopify.API_VERSION, query, variables);
    }

    HttpResponse<String> graphql(String version, String query, Map<String, Object> variables) throws Exception {
        return post("/admin/api/" + version + "/graphql.json", Map.of("query", query, "variables", variables));
    }

    private HttpResponse<String> post(String path, Object body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(shopify.url() + "/" + shop + path))
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(MAPPER.writeValueAsString(body)));
        if (token != null) {
            request.header("X-Shopify-Access-Token", token);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}

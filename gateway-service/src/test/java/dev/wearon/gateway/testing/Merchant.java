package dev.wearon.gateway.testing;

import static io.restassured.RestAssured.given;

import dev.wearon.gateway.keys.Scope;
import dev.wearon.testkit.SuiteServers;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;

/** A store with a key that has every scope, created through the admin API. */
public record Merchant(UUID storeId, String shopDomain, UUID keyId, String apiKey) {

    public static Merchant inAbsorbMode() {
        return with(Map.of());
    }

    /** @param terms more fields of the request that creates the store */
    public static Merchant with(Map<String, String> terms) {
        String domain = "shop-" + UUID.randomUUID() + ".example.com";
        var body = new java.util.HashMap<String, Object>(terms);
        body.put("shop_domain", domain);
        String storeId = operator()
                .body(body)
                .post("/admin/v1/stores")
                .then()
                .statusCode(201)
                .extract()
                .path("data.store_id");
        var key = operator()
                .body(Map.of(
                        "allowed_domains",
                        java.util.List.of("https://" + domain),
                        "scopes",
                        java.util.Arrays.stream(Scope.values()).map(Scope::wire).toList()))
                .post("/admin/v1/stores/{id}/api-keys", storeId)
                .then()
                .statusCode(201)
                .extract()
                .jsonPath();
        return new Merchant(
                UUID.fromString(storeId),
                domain,
                UUID.fromString(key.getString("data.key_id")),
                key.getString("data.api_key"));
    }

    public static RequestSpecification operator() {
        return given().header("Authorization", "Bearer " + FakeServices.ADMIN_TOKEN)
                .contentType(ContentType.JSON);
    }

    /** A request with the key of this merchant. */
    public RequestSpecification calls() {
        return given().header("Authorization", "Bearer " + apiKey);
    }

    public String page() {
        return "https://" + shopDomain;
    }

    /** A new shopper token for the pages of this merchant. */
    public String shopperToken(Map<String, ?> fields) {
        var body = new java.util.HashMap<String, Object>(fields);
        body.putIfAbsent("origin", page());
        return calls().contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1/shopper-tokens")
                .then()
                .statusCode(201)
                .extract()
                .path("data.token");
    }

    /** A request with a shopper token, from a page of this merchant. */
    public RequestSpecification shops(String token) {
        return given().header("Authorization", "Bearer " + token).header("Origin", page());
    }

    /** Connects to the database as superuser. */
    public static Connection connection() throws SQLException {
        var address = SuiteServers.superuser();
        return DriverManager.getConnection(address.jdbcUrl(), address.jdbcProperties());
    }

    /** Runs a statement as superuser; placeholders are texts. */
    public static void sql(String statement, String... arguments) {
        try (var connection = connection();
                var prepared = connection.prepareStatement(statement)) {
            for (int i = 0; i < arguments.length; i++) {
                prepared.setString(i + 1, arguments[i]);
            }
            prepared.execute();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** Returns the first column of the first row as text. */
    public static String ask(String query, String... arguments) {
        try (var connection = connection();
                var prepared = connection.prepareStatement(query)) {
            for (int i = 0; i < arguments.length; i++) {
                prepared.setString(i + 1, arguments[i]);
            }
            try (var rows = prepared.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}

package dev.wearon.gateway.testing;

import static io.restassured.RestAssured.given;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.gateway.keys.Scope;
import dev.wearon.testkit.ApiClient;
import dev.wearon.testkit.SuiteServers;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedDeque;
import org.postgresql.PGConnection;

/** A store with a key that has every scope, created through the admin API. */
public record Merchant(UUID storeId, String shopDomain, UUID keyId, String apiKey) {

    /** Kept connections: the login of a new one takes much more CPU time than a statement. */
    private static final Deque<Connection> IDLE = new ConcurrentLinkedDeque<>();

    private static Merchant shared;

    /** For tests that need any store: they do not change it, and nothing that they check is counted for it. */
    public static synchronized Merchant shared() {
        if (shared == null) {
            shared = inAbsorbMode();
        }
        return shared;
    }

    public static Merchant inAbsorbMode() {
        return with(Map.of());
    }

    /** @param terms more fields of the request that creates the store */
    public static Merchant with(Map<String, ?> terms) {
        return at("shop-" + UUID.randomUUID() + ".example.com", terms);
    }

    /** A merchant whose store is connected to a shop at the stand-in of Shopify. */
    public static Merchant atShopify() {
        String domain = "shop-" + UUID.randomUUID() + ".myshopify.com";
        FakeServices.shopify().install(domain, "EUR");
        Merchant merchant = at(domain, Map.of());
        merchant.connect();
        return merchant;
    }

    /** As the page of the app does when the merchant opens it. */
    public void connect() {
        client().withKey(FakeServices.shopify().sessionToken(shopDomain))
                .post("/api/shopify/store", Map.of())
                .expect(200);
    }

    private static Merchant at(String domain, Map<String, ?> terms) {
        Map<String, Object> body = new HashMap<>(terms);
        body.put("shop_domain", domain);
        ApiClient operator = client().withKey(FakeServices.ADMIN_TOKEN);
        String stores = "/admin/v1/stores";
        UUID storeId = UUID.fromString(
                operator.post(stores, body).expect(201).data().path("store_id").textValue());
        JsonNode key = operator.post(
                        stores + "/" + storeId + "/api-keys",
                        Map.of(
                                "allowed_domains",
                                List.of("https://" + domain),
                                "scopes",
                                Arrays.stream(Scope.values()).map(Scope::wire).toList()))
                .expect(201)
                .data();
        return new Merchant(
                storeId,
                domain,
                UUID.fromString(key.path("key_id").textValue()),
                key.path("api_key").textValue());
    }

    /** Costs a small part of the CPU time of REST Assured, and almost every test begins with a new merchant. */
    private static ApiClient client() {
        return ApiClient.of("http://127.0.0.1:" + RestAssured.port).checkedBy(GatewayContract.CONTRACT);
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
        Map<String, Object> body = new HashMap<>(fields);
        body.putIfAbsent("origin", page());
        return client().withKey(apiKey)
                .post("/api/v1/shopper-tokens", body)
                .expect(201)
                .data()
                .path("token")
                .textValue();
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
        run(statement, arguments, PreparedStatement::execute);
    }

    /** Returns the first column of the first row as text. */
    public static String ask(String query, String... arguments) {
        return run(query, arguments, prepared -> {
            try (var rows = prepared.executeQuery()) {
                rows.next();
                return rows.getString(1);
            }
        });
    }

    private interface Use<T> {
        T of(PreparedStatement prepared) throws SQLException;
    }

    private static <T> T run(String statement, String[] arguments, Use<T> use) {
        try {
            Connection connection =
                    Optional.ofNullable(IDLE.poll()).filter(Merchant::isValid).orElseGet(Merchant::anotherConnection);
            try (var prepared = connection.prepareStatement(statement)) {
                for (int i = 0; i < arguments.length; i++) {
                    prepared.setString(i + 1, arguments[i]);
                }
                return use.of(prepared);
            } finally {
                IDLE.push(connection);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    /** A test may have ended it, or the database may have been restarted. */
    private static boolean isValid(Connection connection) {
        try {
            return connection.isValid(5);
        } catch (SQLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Connection anotherConnection() {
        try {
            Connection connection = connection();
            // A statement that the server has prepared fails after a change of its table.
            connection.unwrap(PGConnection.class).setPrepareThreshold(0);
            return connection;
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }
}

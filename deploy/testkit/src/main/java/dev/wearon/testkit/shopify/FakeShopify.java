package dev.wearon.testkit.shopify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.wearon.testkit.shopify.graphql.Operation;
import dev.wearon.testkit.shopify.graphql.Refused;
import dev.wearon.testkit.shopify.graphql.Schema;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The server, on a free port of 127.0.0.1. A shop is the host of the request, or the first segment of the path
 * ({@code /a.myshopify.com/admin/…}). Serves the token endpoint and the Admin GraphQL API. An unknown shop is 404.
 */
public final class FakeShopify implements AutoCloseable {

    /** The newest version. */
    public static final String API_VERSION = "2026-10";

    private static final List<String> VERSIONS = List.of("2025-10", "2026-01", "2026-04", "2026-07", API_VERSION);
    private static final int BUCKET = 2_000;
    private static final int RESTORED_PER_SECOND = 100;
    private static final int MOST_POINTS = 1_000;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** A shop with the app installed, and its bucket of points. */
    private static final class Installed {

        private final Shop shop;
        private final Tokens tokens;
        private final Queue<Integer> faults = new ConcurrentLinkedQueue<>();
        private double points = BUCKET;
        private Instant at;

        Installed(Shop shop, Tokens tokens, Instant at) {
            this.shop = shop;
            this.tokens = tokens;
            this.at = at;
        }
    }

    private final String clientId;
    private final String secret;
    private final InstantSource clock;
    private final Schema schema = schema();
    private final Map<String, Installed> shops = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpServer server;
    private final Deliveries deliveries;

    public FakeShopify(String clientId, String secret, InstantSource clock) throws IOException {
        this.clientId = clientId;
        this.secret = secret;
        this.clock = clock;
        deliveries = new Deliveries(secret, API_VERSION);
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::serve);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public Deliveries deliveries() {
        return deliveries;
    }

    /** @param currency of the shop, ISO 4217 */
    public Shop install(String domain, String currency) {
        if (!domain.matches("[a-z0-9][a-z0-9-]*\\.myshopify\\.com")) {
            throw new IllegalArgumentException("No shop domain: " + domain);
        }
        Installed installed =
                new Installed(new Shop(domain, currency), new Tokens(domain, clientId, secret, clock), clock.instant());
        shops.put(domain, installed);
        return installed.shop;
    }

    /** Revokes all tokens, as Shopify does before it sends {@code app/uninstalled}. */
    public void uninstall(String domain) {
        shops.get(domain).tokens.revoke();
    }

    public String sessionToken(String domain) {
        return Signatures.sessionToken(secret, clientId, domain, clock.instant());
    }

    /** The next call of the Admin API gets this status: 402, 423, 5xx. Several wait in their order. */
    public void failNext(String domain, int status) {
        shops.get(domain).faults.add(status);
    }

    /** Leaves so many points in the bucket. */
    public void leavePoints(String domain, int points) {
        Installed installed = shops.get(domain);
        synchronized (installed) {
            installed.points = points;
            installed.at = clock.instant();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String host = exchange.getRequestHeaders().getFirst("Host");
            if (host != null && !shops.containsKey(host) && path.indexOf('/', 1) > 0) {
                host = path.substring(1, path.indexOf('/', 1));
                path = path.substring(host.length() + 1);
            }
            Installed installed = host == null ? null : shops.get(host);
            String version = path.matches("/admin/api/\\d{4}-\\d{2}/graphql\\.json") ? path.substring(11, 18) : null;
            boolean token = path.equals("/admin/oauth/access_token");
            if (installed == null || !token && (version == null || version.compareTo(API_VERSION) > 0)) {
                send(exchange, 404, Map.of("errors", "Not Found"));
                return;
            }
            String type = exchange.getRequestHeaders().getFirst("Content-Type");
            if (!exchange.getRequestMethod().equals("POST") || type == null || !type.startsWith("application/json")) {
                send(exchange, 415, Map.of("errors", "Only POST with application/json is served"));
                return;
            }
            JsonNode body;
            try {
                body = MAPPER.readTree(exchange.getRequestBody());
            } catch (JsonProcessingException wrong) {
                send(exchange, 400, Map.of("errors", "Bad Request"));
                return;
            }
            if (token) {
                Tokens.Answer answer = installed.tokens.answer(body);
                send(exchange, answer.status(), answer.body());
                return;
            }
            // A retired version falls forward to the oldest one that is served.
            exchange.getResponseHeaders()
                    .set("X-Shopify-API-Version", VERSIONS.contains(version) ? version : VERSIONS.getFirst());
            admin(exchange, installed, body);
        }
    }

    private void admin(HttpExchange exchange, Installed installed, JsonNode body) throws IOException {
        String token = exchange.getRequestHeaders().getFirst("X-Shopify-Access-Token");
        int status = token == null ? 401 : installed.tokens.check(token);
        if (status == 401) {
            send(
                    exchange,
                    401,
                    Map.of("errors", "[API] Invalid API key or access token (unrecognized login or wrong password)"));
            return;
        }
        if (status == 403) {
            send(
                    exchange,
                    403,
                    Map.of("errors", "[API] Non-expiring access tokens are no longer accepted for the Admin API."));
            return;
        }
        Integer fault = installed.faults.poll();
        if (fault != null) {
            send(exchange, fault, Map.of("errors", "status " + fault));
            return;
        }
        synchronized (installed) {
            send(exchange, 200, answer(installed, body));
        }
    }

    private ObjectNode answer(Installed installed, JsonNode body) {
        ObjectNode answer = MAPPER.createObjectNode();
        Operation operation;
        try {
            operation = new Operation(schema, body);
        } catch (Refused refused) {
            answer.putArray("errors").add(refused.error());
            return answer;
        }
        Instant now = clock.instant();
        double restored = Duration.between(installed.at, now).toMillis() * RESTORED_PER_SECOND / 1_000.0;
        installed.points = Math.min(BUCKET, installed.points + restored);
        installed.at = now;
        int requested = operation.requestedCost();
        Refused refused = requested > MOST_POINTS
                ? new Refused(
                        "Query cost is " + requested + ", which exceeds the single query max cost limit (1000).",
                        "MAX_COST_EXCEEDED",
                        List.of())
                : requested > installed.points ? new Refused("Throttled", "THROTTLED", List.of()) : null;
        Map<String, Object> roots = installed.shop.roots();
        List<String> missing = new ArrayList<>(operation.rootFields());
        missing.removeAll(roots.keySet());
        if (refused == null && !missing.isEmpty()) {
            // In the schema, but not served yet: an error, so that no test takes an empty answer for a real one.
            refused = new Refused("The stand-in does not serve " + missing, "INTERNAL_SERVER_ERROR", List.of());
        }
        if (refused == null) {
            try {
                answer.set("data", operation.answer(roots));
                installed.points -= operation.actualCost();
            } catch (Refused inAField) {
                refused = inAField;
            }
        }
        if (refused != null) {
            answer.putArray("errors").add(refused.error());
        }
        Map<String, Object> cost = new HashMap<>();
        cost.put("requestedQueryCost", requested);
        cost.put("actualQueryCost", refused == null ? operation.actualCost() : null);
        cost.put(
                "throttleStatus",
                Map.of(
                        "maximumAvailable", BUCKET,
                        "currentlyAvailable", (int) installed.points,
                        "restoreRate", RESTORED_PER_SECOND));
        answer.putObject("extensions").set("cost", MAPPER.valueToTree(cost));
        return answer;
    }

    private static void send(HttpExchange exchange, int status, Object body) throws IOException {
        byte[] bytes = MAPPER.writeValueAsBytes(body);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static Schema schema() {
        try (InputStream file = FakeShopify.class.getResourceAsStream("admin.graphqls")) {
            return new Schema(new String(file.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}

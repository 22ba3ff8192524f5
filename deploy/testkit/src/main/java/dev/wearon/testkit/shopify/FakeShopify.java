package dev.wearon.testkit.shopify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.wearon.testkit.shopify.Deliveries.Webhook;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The server, on a free port of 127.0.0.1. A shop is the host of the request, or the first segment of the path
 * ({@code /a.myshopify.com/admin/…}). Serves the token endpoint and the Admin GraphQL API. An unknown shop is 404.
 */
public final class FakeShopify implements AutoCloseable {

    /** The newest version. */
    public static final String API_VERSION = "2026-10";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    /** A shop with the app installed. */
    private record Installed(Shop shop, Tokens tokens, AdminApi admin) {}

    private final String clientId;
    private final String secret;
    private final InstantSource clock;
    private final NavigableSet<String> versions =
            new ConcurrentSkipListSet<>(List.of("2026-01", "2026-04", "2026-07", API_VERSION));
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
        Shop shop = new Shop(domain, currency, clock);
        shops.put(domain, new Installed(shop, new Tokens(domain, clientId, secret, clock), new AdminApi(shop, clock)));
        return shop;
    }

    /** Revokes all tokens, as Shopify does before it sends {@code app/uninstalled}. Another exchange of tokens re-installs. */
    public Webhook uninstall(String domain) {
        Installed installed = shops.get(domain);
        installed.tokens.revoke();
        return installed.shop.uninstalled();
    }

    public String sessionToken(String domain) {
        return Signatures.sessionToken(secret, clientId, domain, clock.instant());
    }

    /** Short for {@link Faults#status}. */
    public void failNext(String domain, int status) {
        shops.get(domain).shop.faults().status(status);
    }

    /** Leaves so many points in the bucket of the Admin API. */
    public void leavePoints(String domain, int points) {
        shops.get(domain).admin.leavePoints(points);
    }

    /** From now on, calls of this version fall forward to the oldest one that is served. */
    public void retire(String version) {
        versions.remove(version);
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
            String asked = path.matches("/admin/api/\\d{4}-\\d{2}/graphql\\.json") ? path.substring(11, 18) : null;
            String version = asked == null ? null : versions.ceiling(asked);
            boolean token = path.equals("/admin/oauth/access_token");
            if (installed == null || !token && version == null) {
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
                tokens(exchange, installed, body);
            } else {
                exchange.getResponseHeaders().set("X-Shopify-API-Version", version);
                admin(exchange, installed, body);
            }
        } catch (RuntimeException bug) {
            // The server drops what a handler throws; a test must see it.
            bug.printStackTrace();
            throw bug;
        }
    }

    private void tokens(HttpExchange exchange, Installed installed, JsonNode body) throws IOException {
        Integer fault = installed.shop.faults().nextTokenStatus();
        if (fault != null) {
            fail(exchange, fault);
            return;
        }
        Tokens.Answer answer = installed.tokens.answer(body);
        answer(exchange, installed, answer.status(), answer.body());
    }

    private void admin(HttpExchange exchange, Installed installed, JsonNode body) throws IOException {
        String token = exchange.getRequestHeaders().getFirst("X-Shopify-Access-Token");
        int status = token == null ? 401 : installed.tokens.check(token);
        Integer fault = status == 200 ? installed.shop.faults().nextStatus() : Integer.valueOf(status);
        if (fault != null) {
            fail(exchange, fault);
            return;
        }
        answer(exchange, installed, 200, installed.admin.answer(body));
    }

    private static void answer(HttpExchange exchange, Installed installed, int status, Object body) throws IOException {
        if (!installed.shop.faults().losesAnswer()) {
            send(exchange, status, body);
        }
    }

    /** The first layer: a status, and a text as the only error. A server that fails answers with a page. */
    private static void fail(HttpExchange exchange, int status) throws IOException {
        if (status >= 500) {
            send(exchange, status, "text/html", "<!DOCTYPE html><title>Something went wrong</title>".getBytes());
            return;
        }
        String text =
                switch (status) {
                    case 401 -> "[API] Invalid API key or access token (unrecognized login or wrong password)";
                    case 402 -> "Unavailable Shop";
                    case 403 -> "[API] Non-expiring access tokens are no longer accepted for the Admin API.";
                    case 404 -> "Not Found";
                    case 423 -> "Locked";
                    case 429 -> "Too Many Requests";
                    default -> "status " + status;
                };
        if (status == 429) {
            exchange.getResponseHeaders().set("Retry-After", "2.0");
        }
        send(exchange, status, Map.of("errors", text));
    }

    private static void send(HttpExchange exchange, int status, Object body) throws IOException {
        send(exchange, status, "application/json; charset=utf-8", MAPPER.writeValueAsBytes(body));
    }

    private static void send(HttpExchange exchange, int status, String type, byte[] bytes) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", type);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }
}

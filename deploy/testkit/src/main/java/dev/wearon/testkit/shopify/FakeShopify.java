package dev.wearon.testkit.shopify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.wearon.testkit.shopify.Deliveries.Webhook;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The server, on 127.0.0.1. A shop is the host of the request, or the first segment of the path
 * ({@code /a.myshopify.com/admin/…}). Serves the token endpoint, the Admin GraphQL API, the app proxy and the pages of a shop, and
 * beside the shops a page with all of them and the switches of the courier. An unknown shop is 404.
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
    private final Courier courier;
    private final Storefront storefront;
    private final FrontPage frontPage;

    /** On a free port. */
    public FakeShopify(String clientId, String secret, InstantSource clock) throws IOException {
        this(0, clientId, secret, clock);
    }

    /** @param port 0 for a free one */
    public FakeShopify(int port, String clientId, String secret, InstantSource clock) throws IOException {
        this.clientId = clientId;
        this.secret = secret;
        this.clock = clock;
        deliveries = new Deliveries(secret, API_VERSION);
        courier = new Courier(deliveries);
        storefront = new Storefront(secret, clock, courier);
        frontPage = new FrontPage(this);
        server = HttpServer.create(new InetSocketAddress("127.0.0.1", port), 0);
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

    /** Brings the webhooks of the shops that {@link #deliver} names. */
    public Courier courier() {
        return courier;
    }

    /** From now on the courier brings the webhooks of this shop to its subscriptions. */
    public void deliver(Shop shop) {
        shop.onWebhooks(webhooks -> courier.send(shop, webhooks));
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

    public Optional<Shop> find(String domain) {
        return Optional.ofNullable(shops.get(domain)).map(Installed::shop);
    }

    public Collection<Shop> shops() {
        return shops.values().stream().map(Installed::shop).toList();
    }

    /** Serves something beside the shops, for example the switches of a program. */
    public void serve(String path, HttpHandler handler) {
        server.createContext(path, handler);
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
        courier.close();
        threads.shutdownNow();
    }

    private void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            String host = exchange.getRequestHeaders().getFirst("Host");
            String root = "";
            if (path.startsWith(Theme.ASSETS)) {
                Theme.file(path).send(exchange);
                return;
            }
            if (host != null && !shops.containsKey(host) && path.indexOf('/', 1) > 0) {
                host = path.substring(1, path.indexOf('/', 1));
                root = "/" + host;
                path = path.substring(root.length());
            }
            Installed installed = host == null ? null : shops.get(host);
            Reply reply = installed == null
                    ? frontPage.serve(exchange, exchange.getRequestURI().getPath())
                    : path.startsWith("/admin/")
                            ? admin(exchange, installed, path)
                            : storefront.serve(exchange, installed.shop, root, path);
            if (reply != null) {
                reply.send(exchange);
            }
        } catch (RuntimeException bug) {
            // The server drops what a handler throws; a test must see it.
            bug.printStackTrace();
            throw bug;
        }
    }

    /** Null if the answer is lost. */
    private Reply admin(HttpExchange exchange, Installed installed, String path) throws IOException {
        String asked = path.matches("/admin/api/\\d{4}-\\d{2}/graphql\\.json") ? path.substring(11, 18) : null;
        String version = asked == null ? null : versions.ceiling(asked);
        boolean tokens = path.equals("/admin/oauth/access_token");
        if (!tokens && version == null) {
            return error(404, "Not Found");
        }
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (!exchange.getRequestMethod().equals("POST") || type == null || !type.startsWith("application/json")) {
            return error(415, "Only POST with application/json is served");
        }
        JsonNode body;
        try {
            body = MAPPER.readTree(exchange.getRequestBody());
        } catch (JsonProcessingException wrong) {
            return error(400, "Bad Request");
        }
        Reply reply;
        if (tokens) {
            reply = tokens(installed, body);
        } else {
            exchange.getResponseHeaders().set("X-Shopify-API-Version", version);
            reply = graphql(installed, exchange.getRequestHeaders().getFirst("X-Shopify-Access-Token"), body);
        }
        return installed.shop.faults().losesAnswer() ? null : reply;
    }

    private static Reply tokens(Installed installed, JsonNode body) {
        Integer fault = installed.shop.faults().nextTokenStatus();
        if (fault != null) {
            return fault(fault);
        }
        Tokens.Answer answer = installed.tokens.answer(body);
        String omitted = answer.status() == 200 ? installed.shop.faults().nextOmitted() : null;
        if (omitted != null) {
            answer.body().remove(omitted);
        }
        return Reply.json(answer.status(), answer.body());
    }

    private static Reply graphql(Installed installed, String token, JsonNode body) {
        int status = token == null ? 401 : installed.tokens.check(token);
        Integer fault = status == 200 ? installed.shop.faults().nextStatus() : Integer.valueOf(status);
        return fault != null ? fault(fault) : Reply.json(200, installed.admin.answer(body));
    }

    /** The first layer: a status, and a text as the only error. A server that fails answers with a page. */
    private static Reply fault(int status) {
        return switch (status) {
            case 401 -> error(401, "[API] Invalid API key or access token (unrecognized login or wrong password)");
            case 402 -> error(402, "Unavailable Shop");
            case 403 -> error(403, "[API] Non-expiring access tokens are no longer accepted for the Admin API.");
            case 404 -> error(404, "Not Found");
            case 423 -> error(423, "Locked");
            case 429 -> {
                Reply reply = error(429, "Too Many Requests");
                yield new Reply(
                        429,
                        Map.of("Content-Type", reply.headers().get("Content-Type"), "Retry-After", List.of("2.0")),
                        reply.body());
            }
            default -> status >= 500 ? Reply.page(status, "Something went wrong", "") : error(status, "Refused");
        };
    }

    static Reply error(int status, String text) {
        return Reply.json(status, Map.of("errors", text));
    }
}

package dev.wearon.testkit.shopify.program;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import dev.wearon.testkit.shopify.Cart;
import dev.wearon.testkit.shopify.Courier;
import dev.wearon.testkit.shopify.Customer;
import dev.wearon.testkit.shopify.FakeShopify;
import dev.wearon.testkit.shopify.Order;
import dev.wearon.testkit.shopify.Picture;
import dev.wearon.testkit.shopify.Reply;
import dev.wearon.testkit.shopify.Shop;
import java.io.IOException;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The switches of the program, as JSON over HTTP under {@code /control}: what merchants, shoppers and Shopify itself do. Ids are
 * texts. 400 for what is wrong in the request, 404 for what there is not, 409 for what Shopify would refuse now.
 */
final class Control {

    private static final ObjectMapper MAPPER = new ObjectMapper();
    private final FakeShopify shopify;
    private final Courier courier;

    Control(FakeShopify shopify) {
        this.shopify = shopify;
        courier = shopify.courier();
    }

    void serve(HttpExchange exchange) throws IOException {
        try (exchange) {
            answer(exchange).send(exchange);
        }
    }

    private Reply answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring("/control".length());
        String[] steps = path.isEmpty() ? new String[0] : path.substring(1).split("/");
        try {
            byte[] body = Reply.body(exchange);
            if (body == null) {
                return error(413, "The body is larger than 1 MiB");
            }
            JsonNode json = body.length == 0 ? MAPPER.createObjectNode() : MAPPER.readTree(body);
            return Reply.json(200, answer(exchange.getRequestMethod(), steps, json));
        } catch (JsonProcessingException | IllegalArgumentException wrong) {
            return error(400, wrong.getMessage());
        } catch (NoSuchElementException unknown) {
            return error(404, unknown.getMessage());
        } catch (IllegalStateException refused) {
            return error(409, refused.getMessage());
        }
    }

    private static Reply error(int status, String message) {
        return Reply.json(status, Map.of("error", String.valueOf(message)));
    }

    private Object answer(String method, String[] steps, JsonNode body) {
        String request = method + " " + String.join("/", steps);
        if (request.equals("GET deliveries")) {
            return deliveries();
        } else if (request.equals("PUT deliveries")) {
            return take(body);
        } else if (request.equals("GET shops")) {
            return Map.of("shops", shopify.shops().stream().map(Shop::domain).toList());
        } else if (request.equals("POST shops")) {
            return install(body);
        } else if (steps.length > 1 && steps[0].equals("shops")) {
            Shop shop = shopify.find(steps[1]).orElseThrow(() -> unknown(request));
            return steps.length == 5
                    ? change(method, shop, steps[2], id(steps[3]), steps[4], body)
                    : answer(method, shop, steps.length == 3 ? steps[2] : steps.length == 2 ? "" : "?", body);
        }
        throw unknown(request);
    }

    private static NoSuchElementException unknown(String request) {
        return new NoSuchElementException("There is no " + request);
    }

    private static long id(String text) {
        if (!text.matches("\\d{1,18}")) {
            throw new IllegalArgumentException("No id: " + text);
        }
        return Long.parseLong(text);
    }

    /** {@code {domain, currency?, title?, note?, app?}}; {@code app} is the base URL of the app that gets the webhooks. */
    private Object install(JsonNode body) {
        String domain = text(body, "domain");
        if (shopify.find(domain).isPresent()) {
            throw new IllegalStateException(domain + " is installed");
        }
        Shop shop = shopify.install(domain, body.path("currency").asText("EUR"));
        shopify.deliver(shop);
        shop.describe(body.path("title").asText(domain), body.path("note").asText(""));
        if (body.hasNonNull("app")) {
            shop.subscribe(URI.create(text(body, "app")));
        }
        return view(shop);
    }

    private Object answer(String method, Shop shop, String what, JsonNode body) {
        return switch (method + " " + what) {
            case "GET " -> view(shop);
            case "POST session-tokens" -> Map.of("token", shopify.sessionToken(shop.domain()));
            case "POST products" ->
                Map.of("variant_id", product(shop, body).variantId().toString());
            case "POST customers" -> {
                String email = body.hasNonNull("email") ? text(body, "email") : null;
                boolean verified = body.path("verified_email").asBoolean();
                yield view(
                        body.hasNonNull("id")
                                ? shop.customer(id(text(body, "id")), email, verified)
                                : shop.customer(email, verified));
            }
            case "POST orders" -> view(order(shop, body));
            case "POST subscriptions" -> {
                shop.subscribe(text(body, "topic"), URI.create(text(body, "uri")));
                yield view(shop);
            }
            case "PUT proxy" -> {
                shop.proxy(text(body, "path"), URI.create(text(body, "app")));
                yield view(shop);
            }
            case "POST faults" -> {
                fault(shop, body);
                yield Map.of();
            }
            case "POST uninstall" ->
                Map.of("webhook_id", shopify.uninstall(shop.domain()).id().toString());
            case "POST redact" -> Map.of("webhook_id", shop.redact().id().toString());
            default -> throw unknown(method + " " + what);
        };
    }

    /** {@code {title, price, picture?}}; the picture is the name of a sample. */
    private static Cart.Item product(Shop shop, JsonNode body) {
        String title = text(body, "title");
        BigDecimal price = amount(body, "price");
        return body.hasNonNull("picture")
                ? shop.product(title, price, Picture.sample(text(body, "picture")))
                : shop.product(title, price);
    }

    private Object change(String method, Shop shop, String kind, long id, String act, JsonNode body) {
        if (kind.equals("customers")) {
            Customer customer = shop.findCustomer(id).orElseThrow(() -> unknown("customer " + id));
            return Map.of(
                    "webhook_id",
                    switch (method + " " + act) {
                        case "POST data-request" ->
                            shop.dataRequest(customer).id().toString();
                        case "POST redact" -> shop.redact(customer).id().toString();
                        default -> throw unknown(act);
                    });
        }
        Order order = (kind.equals("orders") ? shop.findOrder(id) : Optional.<Order>empty())
                .orElseThrow(() -> unknown(kind + " " + id));
        switch (method + " " + act) {
            case "POST authorize" -> order.authorize();
            case "POST pay" -> order.pay();
            case "POST pay-part" -> order.payPart(amount(body, "amount"));
            case "POST edit" ->
                order.edit(
                        line(order, body),
                        body.required("quantity").asInt(),
                        body.path("refunds").asBoolean(true));
            case "POST refund" -> refund(order, body);
            case "POST cancel" ->
                order.cancel(
                        body.path("reason").asText("customer"),
                        body.path("give_back").asBoolean(true));
            case "POST assign" -> {
                long customer = id(text(body, "customer_id"));
                order.assign(shop.findCustomer(customer).orElseThrow(() -> unknown("customer " + customer)));
            }
            default -> throw unknown(act);
        }
        return view(order);
    }

    /**
     * {@code {lines: [{variant_id | title and price, quantity}], customer_id?, email?, attributes?, discount?, test?,
     * source_name?, status?}}; the status is pending, authorized or paid.
     */
    private static Order order(Shop shop, JsonNode body) {
        Cart cart = new Cart();
        for (JsonNode line : body.required("lines")) {
            cart.add(item(shop, line), line.path("quantity").asInt(1));
        }
        if (body.hasNonNull("email")) {
            cart.email(text(body, "email"));
        }
        if (body.hasNonNull("customer_id")) {
            long customer = id(text(body, "customer_id"));
            cart.customer(shop.findCustomer(customer).orElseThrow(() -> unknown("customer " + customer)));
        }
        body.path("attributes")
                .properties()
                .forEach(one -> cart.attribute(one.getKey(), one.getValue().asText()));
        if (body.hasNonNull("discount")) {
            cart.discount("CODE", amount(body, "discount"));
        }
        if (body.path("test").asBoolean()) {
            cart.test();
        }
        if (body.hasNonNull("source_name")) {
            cart.source(text(body, "source_name"));
        }
        String status = body.path("status").asText("paid");
        if (!List.of("pending", "authorized", "paid").contains(status)) {
            throw new IllegalArgumentException("No status of a new order: " + status);
        }
        Order order = shop.order(cart);
        if (status.equals("authorized")) {
            order.authorize();
        } else if (status.equals("paid") && order.financialStatus() != Order.FinancialStatus.PAID) {
            order.pay();
        }
        return order;
    }

    private static Cart.Item item(Shop shop, JsonNode line) {
        if (!line.hasNonNull("variant_id")) {
            return Cart.Item.custom(text(line, "title"), amount(line, "price"));
        }
        String variant = text(line, "variant_id");
        return shop.item(variant).orElseThrow(() -> unknown("variant " + variant));
    }

    /** {@code {lines: [{line_id, quantity}]?, amount?}}; without an amount, what the pieces are worth. */
    private static void refund(Order order, JsonNode body) {
        Map<Order.Line, Integer> pieces = new LinkedHashMap<>();
        for (JsonNode line : body.path("lines")) {
            pieces.put(line(order, line), line.required("quantity").asInt());
        }
        if (body.hasNonNull("amount")) {
            order.refund(pieces, amount(body, "amount"));
        } else {
            order.refund(pieces);
        }
    }

    private static Order.Line line(Order order, JsonNode body) {
        if (!body.hasNonNull("line_id")) {
            return order.line();
        }
        long id = id(text(body, "line_id"));
        return order.lines().stream()
                .filter(line -> line.id() == id)
                .findFirst()
                .orElseThrow(() -> unknown("line " + id));
    }

    /** One of {@code status}, {@code token_status}, {@code lose_answer}, {@code deny}, {@code break}, {@code mend}, {@code points}. */
    private void fault(Shop shop, JsonNode body) {
        body.properties().forEach(one -> {
            JsonNode value = one.getValue();
            switch (one.getKey()) {
                case "status" -> shop.faults().status(value.asInt());
                case "token_status" -> shop.faults().tokenStatus(value.asInt());
                case "lose_answer" -> shop.faults().loseAnswer();
                case "deny" -> shop.faults().deny(value.asText());
                case "break" -> shop.faults().breakDown(value.asText());
                case "mend" -> shop.faults().mend(value.asText());
                case "points" -> shopify.leavePoints(shop.domain(), value.asInt());
                default -> throw new IllegalArgumentException("No fault: " + one.getKey());
            }
        });
    }

    /** {@code {delay_ms?, reorder?, copies?, retry_ms?, lose?}}; what is left out stays as it is. */
    private Object take(JsonNode body) {
        Courier.Way now = courier.way();
        courier.take(new Courier.Way(
                Duration.ofMillis(body.path("delay_ms").asLong(now.delay().toMillis())),
                body.path("reorder").asBoolean(now.reorder()),
                body.path("copies").asInt(now.copies()),
                Duration.ofMillis(body.path("retry_ms").asLong(now.retry().toMillis()))));
        if (body.hasNonNull("lose")) {
            courier.lose(body.get("lose").asInt());
        }
        return deliveries();
    }

    private Object deliveries() {
        Courier.Way way = courier.way();
        return Map.of(
                "delay_ms", way.delay().toMillis(),
                "reorder", way.reorder(),
                "copies", way.copies(),
                "retry_ms", way.retry().toMillis(),
                "lose", courier.toLose(),
                "under_way", courier.underWay(),
                "attempts",
                        courier.log().stream()
                                .map(one -> Map.of(
                                        "topic", one.webhook().topic(),
                                        "shop", one.webhook().shop(),
                                        "webhook_id", one.webhook().id().toString(),
                                        "to", one.to().toString(),
                                        "attempt", one.attempt(),
                                        "status", one.status()))
                                .toList());
    }

    private Object view(Shop shop) {
        List<Object> products = new ArrayList<>();
        shop.products().forEach(product -> {
            String variant = shop.variantOf(product);
            products.add(Map.of(
                    "title", product.get("title"),
                    "status", product.get("status"),
                    "variant_id", variant,
                    "price", shop.item(variant).orElseThrow().price().toPlainString(),
                    "sells", shop.sells(variant)));
        });
        return Map.of(
                "domain", shop.domain(),
                "url", shopify.url() + "/" + shop.domain(),
                "currency", shop.currency(),
                "products", products,
                "customers", shop.customers().stream().map(Control::view).toList(),
                "orders", shop.orders().stream().map(Control::view).toList(),
                "subscriptions",
                        shop.subscriptions().stream()
                                .map(one -> Map.of(
                                        "topic", one.topic(), "uri", one.uri().toString()))
                                .toList());
    }

    private static Object view(Customer customer) {
        Map<String, Object> view = new HashMap<>();
        view.put("id", Long.toString(customer.id()));
        view.put("email", customer.email());
        view.put("verified_email", customer.verifiedEmail());
        return view;
    }

    private static Object view(Order order) {
        Map<String, Object> view = new LinkedHashMap<>();
        view.put("id", Long.toString(order.id));
        view.put("name", order.name());
        view.put("token", order.token());
        view.put("financial_status", order.financialStatus().name().toLowerCase(Locale.ROOT));
        view.put("cancelled", order.isCancelled());
        view.put(
                "customer_id",
                order.customer() == null ? null : Long.toString(order.customer().id()));
        view.put(
                "lines",
                order.lines().stream()
                        .map(line -> Map.of(
                                "id", Long.toString(line.id()),
                                "title", line.item().title(),
                                "quantity", line.quantity(),
                                "current_quantity", line.currentQuantity()))
                        .toList());
        return view;
    }

    private static String text(JsonNode body, String name) {
        String text = body.path(name).asText("");
        if (text.isBlank()) {
            throw new IllegalArgumentException(name + " is missing");
        }
        return text;
    }

    private static BigDecimal amount(JsonNode body, String name) {
        String text = text(body, name);
        if (!text.matches("\\d{1,9}(\\.\\d{1,3})?")) {
            throw new IllegalArgumentException(name + " is no amount");
        }
        return new BigDecimal(text);
    }
}

package dev.wearon.testkit.shopify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.testkit.shopify.graphql.Refused;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What one shop has: catalogue, customers, orders, subscriptions, as the Admin API sees them. Ids are above 2^53. */
public final class Shop {

    /** The only sales channel. */
    public static final String ONLINE_STORE = "gid://shopify/Publication/1";

    private static final Pattern UPDATED_AT = Pattern.compile("updated_at:>(=?)'?([0-9TZ:.-]+)'?");
    private static final AtomicLong IDS = new AtomicLong(9_007_199_254_740_993L);

    private final String domain;
    private final String currency;
    private final Map<String, Map<String, Object>> products = new LinkedHashMap<>();
    private final Map<String, Order> orders = new LinkedHashMap<>();
    private final Map<String, Boolean> published = new HashMap<>();
    private final Map<String, Customer> customers = new LinkedHashMap<>();
    private final List<Subscription> subscriptions = new ArrayList<>();
    private final Faults faults = new Faults();

    /** @param topic as in webhooks: {@code orders/create} */
    public record Subscription(String topic, URI uri) {}

    Shop(String domain, String currency) {
        this.domain = domain;
        this.currency = currency;
    }

    /**
     * Whether a shopper can buy a variant in the Online Store: its product is ACTIVE or UNLISTED and published there, and it is
     * untracked or may be oversold. The stand-in has no stock.
     *
     * @param variantId digits
     */
    public synchronized boolean sells(String variantId) {
        return products.values().stream()
                .filter(product -> List.of("ACTIVE", "UNLISTED").contains(product.get("status")))
                .filter(product -> published.containsKey((String) product.get("id")))
                .flatMap(product -> variants(product).stream())
                .filter(variant -> variantId.equals(variant.get("legacyResourceId")))
                .anyMatch(variant -> variant.get("inventoryPolicy").equals("CONTINUE")
                        || ((Map<?, ?>) variant.get("inventoryItem"))
                                .get("tracked")
                                .equals(false));
    }

    public Faults faults() {
        return faults;
    }

    public Customer customer(String email, boolean verifiedEmail) {
        return customer(IDS.getAndIncrement(), email, verifiedEmail);
    }

    /** Adds or replaces the customer with this id. */
    public synchronized Customer customer(long id, String email, boolean verifiedEmail) {
        Customer customer = new Customer(id, email, verifiedEmail);
        customers.put(customer.gid(), customer);
        return customer;
    }

    /** A subscription of the app's configuration. Shopify takes only https; here a test's server may be plain http. */
    public synchronized void subscribe(String topic, URI uri) {
        subscriptions.add(new Subscription(topic, uri));
    }

    /** Those of the app's configuration, and those that the app made by the API. */
    public synchronized List<Subscription> subscriptions() {
        return List.copyOf(subscriptions);
    }

    /** A pending order; the caller fills it in. */
    public synchronized Order order(Instant now) {
        Order order = new Order(IDS.getAndAdd(2), currency, now);
        orders.put("gid://shopify/Order/" + order.id, order);
        return order;
    }

    /** Only the query {@code updated_at:>TIME} or {@code updated_at:>=TIME}; any other is an error here. */
    private synchronized Object changed(JsonNode arguments) {
        Matcher query = UPDATED_AT.matcher(arguments.path("query").asText(""));
        if (!query.matches()) {
            throw new Refused("The stand-in serves only updated_at:>TIME", "INTERNAL_SERVER_ERROR", List.of("orders"));
        }
        Instant from = Instant.parse(query.group(2));
        return orders.values().stream()
                .filter(order -> query.group(1).isEmpty()
                        ? order.updatedAt().isAfter(from)
                        : !order.updatedAt().isBefore(from))
                .map(Order::node)
                .sorted(Comparator.comparing(node -> (String) node.get("__cursor")))
                .toList();
    }

    private synchronized Object found(JsonNode arguments) {
        Order order = orders.get(arguments.path("id").asText());
        return order == null ? null : order.node();
    }

    private synchronized Object foundCustomer(JsonNode arguments) {
        Customer customer = customers.get(arguments.path("id").asText());
        return customer == null ? null : customer.node();
    }

    private synchronized Object subscribe(JsonNode arguments) {
        JsonNode input = arguments.path("webhookSubscription");
        String topic = arguments.path("topic").asText();
        String name = topic.toLowerCase(Locale.ROOT).replaceFirst("_", "/");
        String address = input.path("uri").asText("");
        URI uri = address.matches("https?://[\\w.:-]+(/[\\w./-]*)?") ? URI.create(address) : null;
        String problem = uri == null
                ? "Address is invalid"
                : subscriptions.contains(new Subscription(name, uri))
                        ? "Address for this topic has already been taken"
                        : null;
        Map<String, Object> payload = new HashMap<>(Map.of("userErrors", List.of()));
        if (problem != null) {
            // The field still has the name of the old input.
            payload.put(
                    "userErrors",
                    List.of(Map.of("field", List.of("webhookSubscription", "callbackUrl"), "message", problem)));
            return payload;
        }
        subscriptions.add(new Subscription(name, uri));
        Map<String, Object> made = new HashMap<>(created("WebhookSubscription"));
        made.put("topic", topic);
        made.put("uri", uri.toString());
        made.put("format", input.path("format").asText("JSON"));
        made.put("filter", input.hasNonNull("filter") ? input.get("filter").asText() : null);
        List<String> fields = new ArrayList<>();
        input.path("includeFields").forEach(field -> fields.add(field.asText()));
        made.put("includeFields", fields);
        payload.put("webhookSubscription", made);
        return payload;
    }

    /** As a merchant does it in the admin. */
    public synchronized void delete(String productId) {
        products.remove(productId);
    }

    /** A value or a function for each root field of the schema that is served. */
    Map<String, Object> roots() {
        Map<String, Function<JsonNode, Object>> functions = Map.of(
                "customer", this::foundCustomer,
                "order", this::found,
                "orders", this::changed,
                "webhookSubscriptionCreate", this::subscribe,
                "productSet", this::productSet,
                "product", arguments -> products.get(arguments.path("id").asText()),
                "publishablePublish", arguments -> publish(arguments, true),
                "publishableUnpublish", arguments -> publish(arguments, false));
        Map<String, Object> app =
                Map.of("id", "gid://shopify/App/1", "handle", "online_store", "title", "Boutique en ligne");
        Map<String, Object> roots = new HashMap<>(functions);
        roots.put("shop", shop());
        roots.put(
                "currentAppInstallation",
                Map.of(
                        "id",
                        "gid://shopify/AppInstallation/1",
                        "app",
                        Map.of("id", "gid://shopify/App/2", "handle", "wearon", "title", "WearOn"),
                        "accessScopes",
                        Stream.of(Tokens.SCOPES.split(","))
                                .map(scope -> Map.of("handle", scope))
                                .toList()));
        roots.put(
                "publications",
                List.of(Map.of(
                        "id",
                        ONLINE_STORE,
                        "catalog",
                        Map.of(
                                "__typename", "AppCatalog",
                                "id", "gid://shopify/AppCatalog/1",
                                "title", "Boutique en ligne",
                                "apps", List.of(app)))));
        return roots;
    }

    private Map<String, Object> shop() {
        return Map.of(
                "id", "gid://shopify/Shop/1",
                "name", domain,
                "myshopifyDomain", domain,
                "currencyCode", currency,
                "customerAccountsV2",
                        Map.of(
                                "customerAccountsVersion",
                                "NEW_CUSTOMER_ACCOUNTS",
                                "loginLinksVisibleOnStorefrontAndCheckout",
                                true,
                                "url",
                                "https://" + domain + "/account"));
    }

    private synchronized Object productSet(JsonNode arguments) {
        JsonNode input = arguments.path("input");
        JsonNode identifier = arguments.path("identifier");
        Map<String, Object> old = null;
        if (identifier.hasNonNull("id")) {
            old = products.get(identifier.path("id").asText());
            if (old == null) {
                return refused("PRODUCT_DOES_NOT_EXIST", "Product does not exist", "identifier", "id");
            }
        } else if (identifier.hasNonNull("handle")) {
            if (!input.hasNonNull("handle")) {
                return refused(
                        "MISSING_FIELD_REQUIRED",
                        "The input field corresponding to the identifier is required",
                        "input");
            }
            if (!input.get("handle").equals(identifier.get("handle"))) {
                return refused(
                        "INPUT_MISMATCH",
                        "The identifier value does not match the value of the field in the input",
                        "input");
            }
            old = byHandle(input.path("handle").asText());
        }
        if (old == null && input.path("title").asText("").isBlank()) {
            return refused("INVALID_PRODUCT", "Title can't be blank", "input", "title");
        }
        Map<String, Object> other =
                input.hasNonNull("handle") ? byHandle(input.get("handle").asText()) : null;
        if (other != null && other != old) {
            return refused(
                    "HANDLE_NOT_UNIQUE", "Handle already in use. Please provide a new handle.", "input", "handle");
        }
        if (input.hasNonNull("variants") && !input.hasNonNull("productOptions")) {
            return refused(
                    "PRODUCT_OPTIONS_INPUT_MISSING",
                    "Must specify product options when updating variants.",
                    "input",
                    "variants");
        }
        if (input.hasNonNull("productOptions") && !input.hasNonNull("variants")) {
            return refused(
                    "VARIANTS_INPUT_MISSING", "Must specify variants when updating options.", "input", "variants");
        }
        List<Map<String, Object>> variants = new ArrayList<>();
        for (JsonNode sent : input.path("variants")) {
            Map<String, Object> kept = old == null || !sent.hasNonNull("id")
                    ? null
                    : variant(old, sent.path("id").asText());
            if (sent.hasNonNull("id") && kept == null) {
                return refused(
                        "PRODUCT_VARIANT_DOES_NOT_EXIST", "Product variant does not exist.", "input", "variants");
            }
            if (sent.path("price").asText("").startsWith("-")) {
                return refused("INVALID_VARIANT", "Price must be greater than or equal to 0", "input", "variants");
            }
            variants.add(variant(kept == null ? new HashMap<>() : new HashMap<>(kept), sent));
        }
        Map<String, Object> product = old == null ? created("Product") : old;
        // Shopify makes the handle from the title; here it stays the title.
        product.putIfAbsent("handle", input.path("title").asText());
        product.putIfAbsent("status", "ACTIVE");
        for (String text : List.of("title", "handle", "status", "vendor", "productType")) {
            if (input.hasNonNull(text) || !product.containsKey(text)) {
                product.put(text, input.path(text).asText(""));
            }
        }
        List<String> tags = new ArrayList<>();
        input.path("tags").forEach(tag -> tags.add(tag.asText()));
        product.merge("tags", tags, (before, now) -> input.hasNonNull("tags") ? now : before);
        if (input.hasNonNull("variants")) {
            product.put("variants", variants);
        } else if (old == null) {
            product.put("variants", List.of());
        }
        String id = (String) product.get("id");
        Function<JsonNode, Object> isPublished =
                on -> on.path("publicationId").asText().equals(ONLINE_STORE) && published.containsKey(id);
        product.put("publishedOnPublication", isPublished);
        products.put(id, product);
        Map<String, Object> payload = new HashMap<>(Map.of("userErrors", List.of(), "product", product));
        payload.put("productSetOperation", null);
        return payload;
    }

    /** Without an id it is a new variant, and the list replaces the old one. An item of which nothing is said is tracked. */
    private static Map<String, Object> variant(Map<String, Object> kept, JsonNode sent) {
        Map<String, Object> variant = kept.isEmpty() ? created("ProductVariant") : kept;
        JsonNode item = sent.path("inventoryItem");
        variant.put("title", sent.path("optionValues").path(0).path("name").asText());
        variant.put("price", sent.path("price").asText("0.00"));
        variant.put("taxable", sent.path("taxable").asBoolean(true));
        variant.put("inventoryPolicy", sent.path("inventoryPolicy").asText("DENY"));
        variant.put("sku", item.path("sku").asText(sent.path("sku").asText("")));
        variant.put(
                "inventoryItem",
                Map.of(
                        "id", "gid://shopify/InventoryItem/" + variant.get("legacyResourceId"),
                        "sku", variant.get("sku"),
                        "tracked", item.path("tracked").asBoolean(true),
                        "requiresShipping", item.path("requiresShipping").asBoolean(true)));
        return variant;
    }

    private synchronized Object publish(JsonNode arguments, boolean publish) {
        String id = arguments.path("id").asText();
        Map<String, Object> payload = new HashMap<>(Map.of("shop", shop(), "userErrors", List.of()));
        payload.put("publishable", null);
        boolean known = products.containsKey(id);
        for (JsonNode one : arguments.path("input")) {
            known &= one.path("publicationId").asText().equals(ONLINE_STORE);
        }
        if (!known) {
            payload.put(
                    "userErrors",
                    List.of(Map.of("field", List.of("id"), "message", "Resource or publication does not exist")));
            return payload;
        }
        if (publish) {
            published.put(id, true);
        } else {
            published.remove(id);
        }
        Map<String, Object> product = new HashMap<>(products.get(id));
        product.put("__typename", "Product");
        payload.put("publishable", product);
        return payload;
    }

    private Map<String, Object> byHandle(String handle) {
        return products.values().stream()
                .filter(product -> handle.equals(product.get("handle")))
                .findFirst()
                .orElse(null);
    }

    private static Map<String, Object> variant(Map<String, Object> product, String id) {
        return variants(product).stream()
                .filter(one -> id.equals(one.get("id")))
                .findFirst()
                .orElse(null);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> variants(Map<String, Object> product) {
        return (List<Map<String, Object>>) product.get("variants");
    }

    private static Map<String, Object> created(String type) {
        String id = Long.toString(IDS.getAndIncrement());
        return new HashMap<>(Map.of("id", "gid://shopify/" + type + "/" + id, "legacyResourceId", id));
    }

    private static Map<String, Object> refused(String code, String message, String... field) {
        Map<String, Object> payload = new HashMap<>();
        payload.put("product", null);
        payload.put("productSetOperation", null);
        payload.put("userErrors", List.of(Map.of("code", code, "message", message, "field", List.of(field))));
        return payload;
    }
}

package dev.wearon.testkit.shopify;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.testkit.shopify.Cart.Item;
import dev.wearon.testkit.shopify.Deliveries.Webhook;
import dev.wearon.testkit.shopify.graphql.Refused;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What one shop has: products, customers, orders, subscriptions, as the Admin API and the webhooks show them. All ids that the
 * stand-in gives are odd and above 2^53, so a double changes them. A later stand-in gives others, because the gateway remembers
 * products and orders.
 */
public final class Shop {

    /** The only sales channel. */
    public static final String ONLINE_STORE = "gid://shopify/Publication/1";

    private static final Pattern UPDATED_AT = Pattern.compile("updated_at:>(=?)'?([0-9TZ:.-]+)'?");
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final AtomicLong IDS = new AtomicLong(9_007_199_254_740_993L + 4 * System.currentTimeMillis());

    /** The topics that the app subscribes to, with the last part of the paths that get them. */
    private static final Map<String, String> TOPICS = Map.of(
            "orders/create", "orders",
            "orders/paid", "orders",
            "orders/updated", "orders",
            "orders/cancelled", "orders",
            "orders/edited", "orders",
            "refunds/create", "refunds",
            "app/uninstalled", "app",
            "customers/data_request", "compliance",
            "customers/redact", "compliance",
            "shop/redact", "compliance");

    /** @param topic as in webhooks: {@code orders/create} */
    public record Subscription(String topic, URI uri) {}

    /**
     * @param path as the merchant has it, for example {@code /apps/wearon}
     * @param app the URL that gets the calls
     */
    public record Proxy(String path, URI app) {}

    private final long id = newId();
    private final String domain;
    private final String currency;
    private final InstantSource clock;
    private final Catalogue catalogue;
    private final Map<Long, Order> orders = new ConcurrentSkipListMap<>();
    private final AtomicInteger orderNumbers = new AtomicInteger(1_001);
    private final Map<Long, Customer> customers = new ConcurrentSkipListMap<>();
    private final List<Subscription> subscriptions = new CopyOnWriteArrayList<>();
    private final Map<String, Picture> pictures = new ConcurrentHashMap<>();
    private final Faults faults = new Faults();
    private volatile String title;
    private volatile String note = "";
    private volatile boolean hasOnlineStore = true;
    private volatile Proxy proxy;
    private volatile Consumer<List<Webhook>> receiver = webhooks -> {};

    Shop(String domain, String currency, InstantSource clock) {
        this.domain = domain;
        this.currency = currency;
        this.clock = clock;
        title = domain;
        catalogue = new Catalogue(node());
    }

    /** Leaves room for two more ids. */
    static long newId() {
        return IDS.getAndAdd(4);
    }

    public long id() {
        return id;
    }

    public String domain() {
        return domain;
    }

    public String currency() {
        return currency;
    }

    /** What its pages call it, and say about it. */
    public void describe(String newTitle, String newNote) {
        title = newTitle;
        note = newNote;
    }

    String title() {
        return title;
    }

    String note() {
        return note;
    }

    public Faults faults() {
        return faults;
    }

    /** The merchant removes the only sales channel. */
    public void removeOnlineStore() {
        hasOnlineStore = false;
    }

    /** The app proxy; the merchant may change its path. */
    public void proxy(String path, URI app) {
        if (!path.matches("/(a|apps|community|tools)/[\\w-]+")) {
            throw new IllegalArgumentException("No path of an app proxy: " + path);
        }
        proxy = new Proxy(path, app);
    }

    /** Null if the app has none. */
    Proxy proxy() {
        return proxy;
    }

    /** Gets the webhooks of each act; without it, only the test has them. */
    public void onWebhooks(Consumer<List<Webhook>> newReceiver) {
        receiver = newReceiver;
    }

    /**
     * Whether a shopper can buy a variant in the Online Store: its product is ACTIVE or UNLISTED and published there, and it is
     * untracked or may be oversold. The stand-in has no stock.
     *
     * @param variantId digits
     */
    public boolean sells(String variantId) {
        return catalogue.sells(variantId);
    }

    /** @param variantId digits */
    public Optional<Item> item(String variantId) {
        return catalogue.item(variantId);
    }

    /** A product of the merchant with one variant, which can be bought. */
    public Item product(String title, BigDecimal price) {
        return catalogue.add(title, price);
    }

    /** The same with a picture. Its page has the try-on if the app has a proxy. */
    public Item product(String name, BigDecimal price, Picture picture) {
        Item item = product(name, price);
        pictures.put(item.variantId().toString(), picture);
        return item;
    }

    /** Null if the variant has none. */
    Picture picture(String variantId) {
        return pictures.get(variantId);
    }

    /** As GraphQL shows them. */
    public List<Map<String, Object>> products() {
        return catalogue.products();
    }

    /** The numeric id of the first variant of a product. */
    public String variantOf(Map<String, Object> product) {
        return (String) Catalogue.variants(product).getFirst().get("legacyResourceId");
    }

    /**
     * As a merchant does it in the admin.
     *
     * @param productId {@code gid://shopify/Product/…}
     */
    public void delete(String productId) {
        catalogue.delete(productId);
    }

    public Customer customer(String email, boolean verifiedEmail) {
        return customer(newId(), email, verifiedEmail);
    }

    /** Adds or replaces the customer with this id. */
    public Customer customer(long customerId, String email, boolean verifiedEmail) {
        Customer customer = new Customer(customerId, email, verifiedEmail);
        customers.put(customerId, customer);
        return customer;
    }

    public Collection<Customer> customers() {
        return customers.values();
    }

    public Optional<Customer> findCustomer(long customerId) {
        return Optional.ofNullable(customers.get(customerId));
    }

    /** A pending order of a guest, of one custom line. */
    public Order order() {
        return order(new Cart().add(Item.custom("Credit", new BigDecimal("1.50")), 1));
    }

    /** Orders it; the order is pending, unless there is nothing to pay or it was made already paid. */
    public Order order(Cart cart) {
        Order order = new Order(this, orderNumbers.getAndIncrement(), cart);
        orders.put(order.id, order);
        return order;
    }

    public Collection<Order> orders() {
        return orders.values();
    }

    public Optional<Order> findOrder(long orderId) {
        return Optional.ofNullable(orders.get(orderId));
    }

    /** A subscription of the app's configuration. Shopify takes only https; here a test's server may be plain http. */
    public void subscribe(String topic, URI uri) {
        subscriptions.add(new Subscription(topic, uri));
    }

    /** All subscriptions of the app's configuration. */
    public void subscribe(URI app) {
        TOPICS.forEach((topic, route) -> subscribe(topic, app.resolve("/api/v1/webhooks/shopify/" + route)));
    }

    /** Those of the app's configuration, and those that the app made by the API. */
    public List<Subscription> subscriptions() {
        return List.copyOf(subscriptions);
    }

    /** {@code customers/data_request}: a customer asks what the app knows. */
    public Webhook dataRequest(Customer customer) {
        Map<String, Object> body = aboutCustomer(customer, "orders_requested");
        body.put("data_request", Map.of("id", newId()));
        return act("customers/data_request", body);
    }

    /** {@code customers/redact}: the app must forget a customer. */
    public Webhook redact(Customer customer) {
        return act("customers/redact", aboutCustomer(customer, "orders_to_redact"));
    }

    /** {@code shop/redact}: the app must forget the shop, 48 hours after it was uninstalled. */
    public Webhook redact() {
        return act("shop/redact", aboutShop());
    }

    /** {@code app/uninstalled}; the tokens must be revoked before. */
    Webhook uninstalled() {
        String now = OrderJson.time(now());
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("id", id);
        body.put("name", domain);
        body.put("email", "owner@" + domain);
        body.put("domain", domain);
        body.put("province", null);
        body.put("country", "US");
        body.put("address1", null);
        body.put("zip", null);
        body.put("city", null);
        body.put("source", null);
        body.put("phone", null);
        body.put("latitude", null);
        body.put("longitude", null);
        body.put("primary_locale", "en");
        body.put("address2", null);
        body.put("created_at", now);
        body.put("updated_at", now);
        body.put("country_code", "US");
        body.put("country_name", "United States");
        body.put("currency", currency);
        body.put("customer_email", "owner@" + domain);
        body.put("timezone", "(GMT-05:00) Eastern Time (US & Canada)");
        body.put("iana_timezone", "America/New_York");
        body.put("shop_owner", "Owner");
        body.put("money_format", "{{amount}}");
        body.put("money_with_currency_format", "{{amount}} " + currency);
        body.put("weight_unit", "kg");
        body.put("province_code", null);
        body.put("taxes_included", false);
        body.put("auto_configure_tax_inclusivity", null);
        body.put("tax_shipping", null);
        body.put("county_taxes", true);
        body.put("plan_display_name", "Basic");
        body.put("plan_name", "basic");
        body.put("has_discounts", false);
        body.put("has_gift_cards", false);
        body.put("myshopify_domain", domain);
        body.put("google_apps_domain", null);
        body.put("google_apps_login_enabled", null);
        body.put("money_in_emails_format", "{{amount}}");
        body.put("money_with_currency_in_emails_format", "{{amount}} " + currency);
        body.put("eligible_for_payments", true);
        body.put("requires_extra_payments_agreement", false);
        body.put("password_enabled", false);
        body.put("has_storefront", true);
        body.put("finances", true);
        body.put("primary_location_id", newId());
        body.put("checkout_api_supported", true);
        body.put("multi_location_enabled", false);
        body.put("setup_required", false);
        body.put("pre_launch_enabled", false);
        body.put("enabled_presentment_currencies", List.of(currency));
        return act("app/uninstalled", body);
    }

    private Map<String, Object> aboutShop() {
        return new LinkedHashMap<>(Map.of("shop_id", id, "shop_domain", domain));
    }

    private Map<String, Object> aboutCustomer(Customer customer, String ordersName) {
        Map<String, Object> who = new LinkedHashMap<>();
        who.put("id", customer.id());
        who.put("email", customer.email());
        who.put("phone", null);
        Map<String, Object> body = aboutShop();
        body.put("customer", who);
        body.put(
                ordersName,
                orders.values().stream()
                        .filter(order ->
                                order.customer() != null && order.customer().id() == customer.id())
                        .map(order -> order.id)
                        .toList());
        return body;
    }

    private Webhook act(String topic, Map<String, Object> body) {
        Webhook webhook = webhook(topic, UUID.randomUUID(), now(), body);
        send(List.of(webhook));
        return webhook;
    }

    Webhook webhook(String topic, UUID event, Instant at, Map<String, Object> body) {
        try {
            return new Webhook(topic, domain, UUID.randomUUID(), event, at, MAPPER.writeValueAsBytes(body));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    void send(List<Webhook> webhooks) {
        receiver.accept(webhooks);
    }

    Instant now() {
        return clock.instant();
    }

    Map<String, Object> productNode(Item item) {
        return catalogue.productNode(item);
    }

    Map<String, Object> variantNode(Item item) {
        return catalogue.variantNode(item);
    }

    /** A value or a function for each root field of the schema. */
    Map<String, Object> roots() {
        Map<String, Function<JsonNode, Object>> functions = Map.of(
                "customer",
                arguments -> found(customers, arguments, Customer::node),
                "order",
                arguments -> found(orders, arguments, Order::node),
                "orders",
                this::changed,
                "webhookSubscriptionCreate",
                this::subscribe,
                "product",
                catalogue::product,
                "productSet",
                catalogue::productSet,
                "publishablePublish",
                arguments -> catalogue.publish(arguments, true),
                "publishableUnpublish",
                arguments -> catalogue.publish(arguments, false));
        Map<String, Object> app =
                Map.of("id", "gid://shopify/App/1", "handle", "online_store", "title", "Boutique en ligne");
        Map<String, Object> roots = new HashMap<>(functions);
        roots.put("shop", node());
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
        Map<String, Object> onlineStore = Map.of(
                "id",
                ONLINE_STORE,
                "catalog",
                Map.of(
                        "__typename", "AppCatalog",
                        "id", "gid://shopify/AppCatalog/1",
                        "title", "Boutique en ligne",
                        "apps", List.of(app)));
        roots.put("publications", hasOnlineStore ? List.of(onlineStore) : List.of());
        return roots;
    }

    /** Only the query {@code updated_at:>TIME} or {@code updated_at:>=TIME}; any other is an error here. */
    private Object changed(JsonNode arguments) {
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

    private static <T> Object found(Map<Long, T> all, JsonNode arguments, Function<T, Object> node) {
        String gid = arguments.path("id").asText();
        T one = gid.matches(".*/\\d{1,18}") ? all.get(Long.valueOf(gid.substring(gid.lastIndexOf('/') + 1))) : null;
        return one == null ? null : node.apply(one);
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
        Map<String, Object> made = Catalogue.created("WebhookSubscription");
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

    private Map<String, Object> node() {
        return Map.of(
                "id", Order.gid("Shop", id),
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
}

package dev.wearon.testkit.shopify;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.testkit.shopify.Cart.Item;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** The products of one shop, and which are published in the Online Store. */
final class Catalogue {

    private final Map<String, Object> shop;
    private final Map<String, Map<String, Object>> products = new LinkedHashMap<>();
    private final Map<String, Boolean> published = new HashMap<>();
    private final Set<String> deleted = new HashSet<>();

    /** @param shop as GraphQL shows it */
    Catalogue(Map<String, Object> shop) {
        this.shop = shop;
    }

    synchronized Object product(JsonNode arguments) {
        return products.get(arguments.path("id").asText());
    }

    synchronized List<Map<String, Object>> products() {
        return products.values().stream().map(Map::copyOf).toList();
    }

    synchronized boolean isPublished(String id) {
        return published.containsKey(id);
    }

    synchronized boolean sells(String variantId) {
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

    synchronized Optional<Item> item(String variantId) {
        for (Map<String, Object> product : products.values()) {
            Map<String, Object> variant = variant(product, "gid://shopify/ProductVariant/" + variantId);
            if (variant != null) {
                return Optional.of(new Item(
                        Long.valueOf((String) product.get("legacyResourceId")),
                        Long.valueOf(variantId),
                        (String) product.get("title"),
                        new BigDecimal((String) variant.get("price"))));
            }
        }
        return Optional.empty();
    }

    /** An untracked product with one variant, published: what a merchant sells beside the app's. */
    synchronized Item add(String title, BigDecimal price) {
        Map<String, Object> variant = created("ProductVariant");
        variant.putAll(Map.of(
                "title",
                "Default Title",
                "price",
                price.toPlainString(),
                "taxable",
                true,
                "inventoryPolicy",
                "DENY",
                "sku",
                "",
                "inventoryItem",
                Map.of("id", Order.gid("InventoryItem", Shop.newId()), "tracked", false, "requiresShipping", true)));
        Map<String, Object> product = created("Product");
        String id = (String) product.get("id");
        product.putAll(Map.of(
                "title",
                title,
                "handle",
                title.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-"),
                "status",
                "ACTIVE",
                "vendor",
                "",
                "productType",
                "",
                "tags",
                List.of(),
                "variants",
                new ArrayList<>(List.of(variant))));
        product.put("publishedOnPublication", publishedOn(id));
        products.put(id, product);
        published.put(id, true);
        return item((String) variant.get("legacyResourceId")).orElseThrow();
    }

    synchronized void delete(String id) {
        products.remove(id);
        deleted.add(id);
    }

    /** Null for a custom line and a deleted product. A product that only a test knows has nothing but its id. */
    synchronized Map<String, Object> productNode(Item item) {
        if (item.productId() == null) {
            return null;
        }
        String id = Order.gid("Product", item.productId());
        Map<String, Object> unknown = Map.of("id", id, "legacyResourceId", Long.toString(item.productId()));
        return deleted.contains(id) ? null : products.getOrDefault(id, unknown);
    }

    synchronized Map<String, Object> variantNode(Item item) {
        Map<String, Object> product = productNode(item);
        if (product == null || item.variantId() == null) {
            return null;
        }
        String id = Order.gid("ProductVariant", item.variantId());
        return product.containsKey("variants")
                ? variant(product, id)
                : Map.of("id", id, "legacyResourceId", Long.toString(item.variantId()));
    }

    private Function<JsonNode, Object> publishedOn(String id) {
        return on -> on.path("publicationId").asText().equals(Shop.ONLINE_STORE) && isPublished(id);
    }

    synchronized Object productSet(JsonNode arguments) {
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
        product.put("publishedOnPublication", publishedOn(id));
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

    synchronized Object publish(JsonNode arguments, boolean publish) {
        String id = arguments.path("id").asText();
        Map<String, Object> payload = new HashMap<>(Map.of("shop", shop, "userErrors", List.of()));
        payload.put("publishable", null);
        boolean known = products.containsKey(id);
        for (JsonNode one : arguments.path("input")) {
            known &= one.path("publicationId").asText().equals(Shop.ONLINE_STORE);
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
    static List<Map<String, Object>> variants(Map<String, Object> product) {
        return (List<Map<String, Object>>) product.get("variants");
    }

    static Map<String, Object> created(String type) {
        long id = Shop.newId();
        return new HashMap<>(Map.of("id", Order.gid(type, id), "legacyResourceId", Long.toString(id)));
    }

    private static Map<String, Object> refused(String code, String message, String... field) {
        Map<String, Object> payload = new HashMap<>();
        payload.put("product", null);
        payload.put("productSetOperation", null);
        payload.put("userErrors", List.of(Map.of("code", code, "message", message, "field", List.of(field))));
        return payload;
    }
}

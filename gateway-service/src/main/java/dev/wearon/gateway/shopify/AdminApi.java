package dev.wearon.gateway.shopify;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import dev.wearon.gateway.shopify.AccessTokens.Access;
import dev.wearon.gateway.shopify.Failure.Reason;
import dev.wearon.gateway.stores.CreditProduct;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.runtime.Startup;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;

/**
 * The Admin API of a store's shop: one method for each document in the resources. An answer is checked in three layers: the status,
 * the errors of the whole call, and the errors of a mutation. Data beside an error is not used, except where all that is missing is
 * personal data that an operation does not need. A throttled call waits as Shopify says and is repeated, within the time limit of an
 * operation.
 */
@Singleton
@Startup
public class AdminApi {

    private static final Logger LOG = Logger.getLogger(AdminApi.class);
    private static final String DONE = "done";
    private static final int MOST_TRIES = 5;
    private static final int LONGEST_RETRY_AFTER = 3_600;
    private static final ObjectReader JSON =
            new ObjectMapper().reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    /** The only sales channel in which credits are sold, by the handle of its app; its title is translated. */
    private static final String ONLINE_STORE = "online_store";

    /** Identifies the product before its id is known, so a repeat never makes a second one. */
    static final String HANDLE = "wearon-try-on-credit";

    private static final String TITLE = "Try-On Credit";
    private static final String OPTION = "Title";
    private static final String OPTION_VALUE = "Default Title";

    /** A document of the resources, and the personal data in its answer that Shopify may deny: a shop may not be approved for it. */
    enum Operation {
        CREDIT_PRODUCT("CreditProduct"),
        PUBLICATIONS("Publications"),
        PUBLISH("Publish"),
        SHOP("Shop"),
        ORDER("Order", "/order/email", "/order/customer"),
        ORDERS("Orders"),
        CUSTOMER("Customer", "/customer/defaultEmailAddress");

        private final String file;
        private final List<String> optional;
        private final String document;

        Operation(String file, String... optional) {
            this.file = file;
            this.optional = List.of(optional);
            try (InputStream resource = AdminApi.class.getResourceAsStream(file + ".graphql")) {
                this.document = new String(resource.readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }

        String document() {
            return document;
        }

        /** Whether this error only says that optional data is null. Shopify names the field, or one inside it that must not be null. */
        boolean permits(JsonNode error) {
            String path =
                    nodes(error.path("path")).map(name -> "/" + name.asText()).collect(Collectors.joining());
            return error.at("/extensions/code").asText().equals("ACCESS_DENIED")
                    && optional.stream().anyMatch(place -> (path + "/").startsWith(place + "/"));
        }

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final AccessTokens tokens;
    private final ShopifyHttp http;
    private final ShopifyConfig config;
    private final MeterRegistry metrics;
    private final AtomicBoolean warned = new AtomicBoolean();

    AdminApi(AccessTokens tokens, ShopifyHttp http, ShopifyConfig config, MeterRegistry metrics) {
        this.tokens = tokens;
        this.http = http;
        this.config = config;
        this.metrics = metrics;
        // From the start, so that the first failure is an increase.
        for (Operation operation : Operation.values()) {
            counter(operation, DONE);
            for (Reason reason : Reason.values()) {
                counter(operation, reason.label());
            }
        }
    }

    /**
     * @param currency ISO 4217
     * @param scopes what the merchant granted
     */
    public record Shop(String domain, String currency, Set<String> scopes) {}

    /** @param next the cursor of the next page; empty on the last one */
    public record OrderPage(List<String> orderIds, Optional<String> next) {}

    /**
     * @param email empty if there is none, or if Shopify did not approve access to it
     * @param verified whether Shopify has verified that the address is the customer's
     */
    public record Customer(String id, Optional<String> email, boolean verified) {

        @Override
        public String toString() {
            return "Customer[" + id + "]";
        }
    }

    public Uni<Outcome<Shop>> shop(UUID storeId) {
        return call(storeId, Operation.SHOP, Map.of())
                .map(outcome -> outcome.map(data -> new Shop(
                        data.at("/shop/myshopifyDomain").asText(),
                        data.at("/shop/currencyCode").asText(),
                        nodes(data.at("/currentAppInstallation/accessScopes"))
                                .map(scope -> scope.path("handle").asText())
                                .collect(Collectors.toSet()))));
    }

    /**
     * An order, with the fields of the document {@code Order}.
     *
     * @param orderId digits
     * @return empty if the shop has none with this id
     */
    public Uni<Outcome<Optional<JsonNode>>> order(UUID storeId, String orderId) {
        return call(storeId, Operation.ORDER, Map.of("id", "gid://shopify/Order/" + digits(orderId)))
                .map(outcome ->
                        outcome.map(data -> Optional.of(data.path("order")).filter(JsonNode::isObject)));
    }

    /**
     * The orders that changed since a time, those first that changed first. Shopify has those of the last 60 days.
     *
     * @param cursor of the page before; empty for the first page
     */
    public Uni<Outcome<OrderPage>> orders(UUID storeId, Instant updatedSince, Optional<String> cursor) {
        Map<String, Object> variables = new HashMap<>();
        variables.put("query", "updated_at:>='" + updatedSince + "'");
        cursor.ifPresent(after -> variables.put("after", after));
        return call(storeId, Operation.ORDERS, variables)
                .map(outcome -> outcome.map(data -> new OrderPage(
                        nodes(data.at("/orders/nodes"))
                                .map(order -> order.path("legacyResourceId").asText())
                                .toList(),
                        data.at("/orders/pageInfo/hasNextPage").asBoolean()
                                ? Optional.ofNullable(
                                        data.at("/orders/pageInfo/endCursor").textValue())
                                : Optional.empty())));
    }

    /**
     * @param customerId digits
     * @return empty if the shop has none with this id
     */
    public Uni<Outcome<Optional<Customer>>> customer(UUID storeId, String customerId) {
        return call(storeId, Operation.CUSTOMER, Map.of("id", "gid://shopify/Customer/" + digits(customerId)))
                .map(outcome -> outcome.map(data -> Optional.of(data.path("customer"))
                        .filter(JsonNode::isObject)
                        .map(customer -> new Customer(
                                customer.path("legacyResourceId").asText(),
                                Optional.ofNullable(customer.at("/defaultEmailAddress/emailAddress")
                                        .textValue()),
                                customer.path("verifiedEmail").asBoolean()))));
    }

    /** The id of the Online Store. Fails with {@link Reason#REFUSED} if the shop has none. */
    Uni<Outcome<String>> onlineStore(UUID storeId) {
        return call(storeId, Operation.PUBLICATIONS, Map.of())
                .map(outcome -> outcome.flatMap(data -> nodes(data.at("/publications/nodes"))
                        .filter(publication -> nodes(publication.at("/catalog/apps/nodes"))
                                .anyMatch(app -> app.path("handle").asText().equals(ONLINE_STORE)))
                        .findFirst()
                        .<Outcome<String>>map(publication ->
                                new Outcome.Done<>(publication.path("id").asText()))
                        .orElseGet(() -> Outcome.failed(
                                Reason.REFUSED,
                                "the shop has no sales channel Online Store; add it in the Shopify admin"))));
    }

    /**
     * Makes the product, or changes it. Only its price ever changes.
     *
     * @param known the product as it was made before; empty: by its handle
     */
    Uni<Outcome<CreditProduct>> creditProduct(UUID storeId, Optional<CreditProduct> known, BigDecimal price) {
        Map<String, Object> variant = new HashMap<>(Map.of(
                "optionValues", List.of(Map.of("optionName", OPTION, "name", OPTION_VALUE)),
                "price", price.toPlainString(),
                "inventoryItem", Map.of("tracked", false, "requiresShipping", false)));
        // Without its id Shopify replaces the variant, and links to it end.
        known.ifPresent(product -> variant.put("id", "gid://shopify/ProductVariant/" + product.variantId()));
        Map<String, Object> input = new HashMap<>(Map.of(
                "title",
                TITLE,
                "status",
                "UNLISTED",
                "productOptions",
                List.of(Map.of("name", OPTION, "values", List.of(Map.of("name", OPTION_VALUE)))),
                "variants",
                List.of(variant)));
        if (known.isEmpty()) {
            input.put("handle", HANDLE);
        }
        Map<String, Object> identifier = known.<Map<String, Object>>map(
                        product -> Map.of("id", "gid://shopify/Product/" + product.productId()))
                .orElse(Map.of("handle", HANDLE));
        return call(storeId, Operation.CREDIT_PRODUCT, Map.of("identifier", identifier, "input", input))
                .map(outcome -> done(outcome, "/productSet").flatMap(set -> product(set.path("product"))));
    }

    private static Outcome<CreditProduct> product(JsonNode product) {
        String productId = product.path("legacyResourceId").asText();
        String variantId = product.at("/variants/nodes/0/legacyResourceId").asText();
        return productId.matches("[0-9]{1,32}") && variantId.matches("[0-9]{1,32}")
                ? new Outcome.Done<>(new CreditProduct(productId, variantId))
                : Outcome.failed(Reason.UNAVAILABLE, "productSet answered without ids");
    }

    /** Shows the product in a sales channel; a product that is in none cannot be bought. */
    Uni<Outcome<CreditProduct>> publish(UUID storeId, CreditProduct product, String publicationId) {
        return call(
                        storeId,
                        Operation.PUBLISH,
                        Map.of(
                                "id",
                                "gid://shopify/Product/" + product.productId(),
                                "input",
                                List.of(Map.of("publicationId", publicationId))))
                .map(outcome -> done(outcome, "/publishablePublish").map(published -> product));
    }

    /** The third layer: the errors of a mutation. Their texts may have data of the shop, so they are not kept. */
    private static Outcome<JsonNode> done(Outcome<JsonNode> outcome, String mutation) {
        return outcome.flatMap(data -> {
            JsonNode payload = data.at(mutation);
            JsonNode errors = payload.path("userErrors");
            return errors.isArray() && errors.isEmpty()
                    ? new Outcome.Done<>(payload)
                    : Outcome.failed(
                            Reason.REFUSED,
                            nodes(errors)
                                    .map(AdminApi::userError)
                                    .distinct()
                                    .limit(5)
                                    .collect(Collectors.joining(", ")));
        });
    }

    /** Sends a document within the time limit of an operation. */
    private Uni<Outcome<JsonNode>> call(UUID storeId, Operation operation, Map<String, Object> variables) {
        long end = System.nanoTime() + config.operationTimeout().toNanos();
        return tokens.of(storeId)
                .chain(outcome -> outcome.then(
                        access -> new Call(storeId, operation, variables, end).send(access, MOST_TRIES, true)))
                .invoke(outcome -> count(operation, outcome))
                .invoke(outcome -> {
                    if (outcome instanceof Outcome.Failed<JsonNode>(Failure failure)) {
                        LOG.warnf(
                                "Shopify did not serve %s of store %s: %s, %s",
                                operation.file, storeId, failure.reason(), failure.detail());
                    }
                });
    }

    private void count(Operation operation, Outcome<?> outcome) {
        counter(
                        operation,
                        outcome instanceof Outcome.Failed<?>(Failure failure)
                                ? failure.reason().label()
                                : DONE)
                .increment();
    }

    private Counter counter(Operation operation, String outcome) {
        return metrics.counter("wearon.shopify.calls", "operation", operation.label(), "outcome", outcome);
    }

    /** One operation with its repeats. */
    private final class Call {

        private final UUID storeId;
        private final Operation operation;
        private final Buffer body;
        private final long end;

        Call(UUID storeId, Operation operation, Map<String, Object> variables, long end) {
            this.storeId = storeId;
            this.operation = operation;
            this.end = end;
            this.body = new JsonObject()
                    .put("query", operation.document())
                    .put("operationName", operation.file)
                    .put("variables", variables)
                    .toBuffer();
        }

        /** @param renews whether a refused token may still be renewed */
        Uni<Outcome<JsonNode>> send(Access access, int tries, boolean renews) {
            return http.post(
                            access.shop(),
                            "/admin/api/" + config.apiVersion() + "/graphql.json",
                            Map.of("X-Shopify-Access-Token", access.token()),
                            body)
                    .onItemOrFailure()
                    .transformToUni((answer, fault) -> {
                        if (fault != null) {
                            return failed(Reason.UNAVAILABLE, fault.getClass().getSimpleName());
                        }
                        compareVersion(answer.version());
                        if (answer.status() == 401) {
                            return renews
                                    ? tokens.other(storeId, access)
                                            .chain(outcome -> outcome.then(other -> send(other, tries, false)))
                                    : failed(Reason.DISCONNECTED, "status 401");
                        }
                        return read(access, tries, renews, answer);
                    });
        }

        /** The first two layers. */
        private Uni<Outcome<JsonNode>> read(Access access, int tries, boolean renews, ShopifyHttp.Answer answer) {
            int status = answer.status();
            if (status == 429) {
                return again(access, tries, renews, Duration.ofSeconds(seconds(answer.retryAfter())));
            } else if (status != 200) {
                return failed(
                        switch (status) {
                            case 403 -> Reason.ACCESS_DENIED;
                            case 402, 404, 423 -> Reason.SHOP_CLOSED;
                            default -> status >= 500 ? Reason.UNAVAILABLE : Reason.REFUSED;
                        },
                        "status " + status);
            }
            JsonNode json;
            try {
                json = JSON.readTree(answer.body().getBytes());
            } catch (IOException notJson) {
                return failed(Reason.UNAVAILABLE, "no JSON");
            }
            List<String> codes = nodes(json.path("errors"))
                    .filter(error -> !operation.permits(error))
                    .map(error -> code(error.at("/extensions/code").asText("")))
                    .distinct()
                    .limit(5)
                    .toList();
            if (codes.contains("THROTTLED")) {
                return again(access, tries, renews, pause(json.at("/extensions/cost")));
            } else if (!codes.isEmpty()) {
                return failed(reason(codes), String.join(", ", codes));
            }
            return json.path("data").isObject()
                    ? Uni.createFrom().item(new Outcome.Done<>(json.path("data")))
                    : failed(Reason.UNAVAILABLE, "no data");
        }

        private Uni<Outcome<JsonNode>> again(Access access, int tries, boolean renews, Duration pause) {
            boolean fits = System.nanoTime() + pause.toNanos() < end;
            if (tries == 1 || !fits) {
                return Uni.createFrom().item(new Outcome.Failed<>(Failure.throttled(pause)));
            }
            return Uni.createFrom()
                    .voidItem()
                    .onItem()
                    .delayIt()
                    .by(pause)
                    .chain(() -> send(access, tries - 1, renews));
        }
    }

    private static Reason reason(List<String> codes) {
        if (codes.contains("ACCESS_DENIED")) {
            return Reason.ACCESS_DENIED;
        } else if (codes.contains("SHOP_INACTIVE")) {
            return Reason.SHOP_CLOSED;
        }
        return codes.contains("INTERNAL_SERVER_ERROR") ? Reason.UNAVAILABLE : Reason.REFUSED;
    }

    /** When the bucket of points has enough for the call, in whole seconds. */
    static Duration pause(JsonNode cost) {
        double missing = cost.path("requestedQueryCost").asDouble()
                - cost.at("/throttleStatus/currentlyAvailable").asDouble();
        double rate = Math.max(1, cost.at("/throttleStatus/restoreRate").asDouble(1));
        return Duration.ofSeconds((long) Math.clamp(Math.ceil(missing / rate), 1, LONGEST_RETRY_AFTER));
    }

    private static long seconds(String retryAfter) {
        return retryAfter != null && retryAfter.matches("[0-9]{1,6}")
                ? Math.clamp(Long.parseLong(retryAfter), 1, LONGEST_RETRY_AFTER)
                : 1;
    }

    /** A version that Shopify has retired becomes the oldest one that it serves, without an error. */
    private void compareVersion(String served) {
        if (served != null && !served.equals(config.apiVersion()) && warned.compareAndSet(false, true)) {
            LOG.warnf(
                    "Shopify serves the Admin API %s in place of %s: upgrade WearOn, or set WEARON_SHOPIFY_API_VERSION",
                    served.matches("[0-9a-z-]{1,20}") ? served : "of another version", config.apiVersion());
        }
    }

    private static <T> Uni<Outcome<T>> failed(Reason reason, String detail) {
        return Uni.createFrom().item(Outcome.failed(reason, detail));
    }

    /** A code as a text that may be logged. */
    private static String code(String code) {
        return code.matches("[\\w. ]{1,64}") ? code : "unknown";
    }

    /** Its code, or where it has none, the field of the input that is wrong. */
    private static String userError(JsonNode error) {
        return code(
                error.path("code").isTextual()
                        ? error.path("code").asText()
                        : nodes(error.path("field")).map(JsonNode::asText).collect(Collectors.joining(".")));
    }

    private static String digits(String id) {
        if (!id.matches("[0-9]{1,32}")) {
            throw new IllegalArgumentException("An id at Shopify has only digits");
        }
        return id;
    }

    private static Stream<JsonNode> nodes(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }
}

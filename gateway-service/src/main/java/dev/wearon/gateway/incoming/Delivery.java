package dev.wearon.gateway.incoming;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.wearon.gateway.shopify.ShopDomain;
import dev.wearon.http.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A webhook as it arrived, with a valid signature.
 *
 * @param eventId null if Shopify did not send one
 * @param body a JSON object
 */
record Delivery(Topic topic, String shop, String webhookId, String eventId, Instant triggeredAt, String body) {

    static final String TOPIC = "X-Shopify-Topic";

    private static final String SHOP = "X-Shopify-Shop-Domain";
    private static final String WEBHOOK_ID = "X-Shopify-Webhook-Id";
    private static final String EVENT_ID = "X-Shopify-Event-Id";
    private static final String TRIGGERED_AT = "X-Shopify-Triggered-At";

    private static final int DEEPEST = 32;
    private static final Pattern ID = Pattern.compile("[0-9A-Za-z_-]{1,100}");
    private static final Pattern YEARS = Pattern.compile("20[0-9]{2}-.*");

    /** The signature covers only the body, so the header must agree with a body that has one of these. */
    private static final String[] SHOP_OF_BODY = {"shop_domain", "myshopify_domain"};

    /** Numbers are exact: an id may be above 2^53, and an amount keeps its digits. */
    private static final ObjectMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST)
                            .build())
                    .build())
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    /**
     * Checks everything that the signature does not cover. Refuses with a message that repeats nothing of the body.
     *
     * @param header the value of a header; null if there is none
     */
    static Delivery of(Topic topic, Function<String, String> header, byte[] body) {
        String shop = ShopDomain.of(header.apply(SHOP))
                .map(ShopDomain::name)
                .orElseThrow(() -> Problem.invalid(SHOP + " must be the domain of a shop, like demo.myshopify.com."));
        String eventId = header.apply(EVENT_ID);
        Delivery delivery = new Delivery(
                topic,
                shop,
                id(WEBHOOK_ID, header.apply(WEBHOOK_ID)),
                eventId == null ? null : id(EVENT_ID, eventId),
                time(header.apply(TRIGGERED_AT)),
                text(body));
        delivery.requireItsShop();
        return delivery;
    }

    private static String id(String header, String value) {
        if (value == null || !ID.matcher(value).matches()) {
            throw Problem.invalid(header + " must be 1 to 100 letters, digits, _ and -.");
        }
        return value;
    }

    /** Without it, an uninstall that arrives late could end a store that was installed again. */
    private static Instant time(String value) {
        if (value != null && YEARS.matcher(value).matches()) {
            try {
                return Instant.parse(value);
            } catch (DateTimeException unreadable) {
                // Refused below.
            }
        }
        throw Problem.invalid(TRIGGERED_AT + " must be a time like 2026-12-01T10:00:00Z.");
    }

    /** Strict, because PostgreSQL stores only valid UTF-8. */
    private static String text(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException invalid) {
            throw Problem.invalid("The body is not UTF-8.");
        }
    }

    private void requireItsShop() {
        JsonNode json;
        try {
            json = json(body);
        } catch (JsonProcessingException unreadable) {
            throw noObject();
        }
        if (!json.isObject()) {
            throw noObject();
        }
        for (String field : SHOP_OF_BODY) {
            if (json.hasNonNull(field) && !json.path(field).asText().equalsIgnoreCase(shop)) {
                throw Problem.invalid(SHOP + " is not the shop of the body.");
            }
        }
    }

    private static Problem noObject() {
        return Problem.invalid("The body is not a JSON object with at most " + DEEPEST
                + " levels. The format of the subscription must be JSON.");
    }

    /** Reads the body of a delivery. */
    static JsonNode json(String body) throws JsonProcessingException {
        return JSON.readTree(body);
    }

    /** Without the body, which can be personal. */
    @Override
    public String toString() {
        return "Delivery" + Map.of("topic", topic.wire(), "shop", shop, "webhookId", webhookId);
    }
}

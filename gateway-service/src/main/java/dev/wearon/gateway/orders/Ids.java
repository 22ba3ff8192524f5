package dev.wearon.gateway.orders;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Optional;
import java.util.regex.Pattern;

/** Ids at Shopify, as digits. They may exceed 2^53, so they are never a double. */
final class Ids {

    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,32}");

    private Ids() {}

    /** @return empty for null, for a fraction, and for anything else that is no id */
    static Optional<String> digits(JsonNode id) {
        return id.isIntegralNumber() || id.isTextual()
                ? Optional.of(id.asText()).filter(text -> DIGITS.matcher(text).matches())
                : Optional.empty();
    }

    /** Of {@code gid://shopify/Order/1}. */
    static Optional<String> ofGid(JsonNode gid) {
        String text = gid.asText("");
        return Optional.of(text.substring(text.lastIndexOf('/') + 1))
                .filter(id -> DIGITS.matcher(id).matches());
    }

    /** The digits of an id without which a message means nothing. */
    static String required(Optional<String> id) {
        return id.orElseThrow(() -> new UnreadableOrder("an id is missing or has no digits"));
    }

    /** The message is not what Shopify documents. The text has nothing of the message. */
    static final class UnreadableOrder extends RuntimeException {
        UnreadableOrder(String message) {
            super(message);
        }
    }
}

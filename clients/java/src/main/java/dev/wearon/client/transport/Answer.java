package dev.wearon.client.transport;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.wearon.client.errors.Facts;
import dev.wearon.client.errors.WearOnException;
import java.io.IOException;
import java.net.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

/** A response, with all of its body. */
public record Answer(int status, HttpHeaders headers, byte[] body, String sentRequestId) {

    /** Unknown fields are ignored, so that the API may add some. A text is no number. */
    static final ObjectMapper JSON = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .build();

    private static final int LONGEST_MESSAGE = 1000;

    /** The {@code data} of the envelope. */
    public <T> T data(Class<T> type) {
        return as(data(), type);
    }

    /** A list in the {@code data} of the envelope. */
    public <T> List<T> dataList(String name, Class<T> type) {
        JsonNode list = data().path(name);
        if (!list.isArray()) {
            throw unexpected("The response has no list " + name + ".");
        }
        List<T> values = new ArrayList<>();
        list.forEach(value -> values.add(as(value, type)));
        return List.copyOf(values);
    }

    /** The {@code data} of the envelope, an object. */
    public JsonNode data() {
        JsonNode data = json().path("data");
        if (!data.isObject()) {
            throw unexpected("The response is not one of the WearOn API. Is the base URL the address of the gateway?");
        }
        return data;
    }

    /** The body as JSON, or a missing node if it is none. */
    public JsonNode json() {
        try {
            JsonNode read = JSON.readTree(body);
            return read == null ? MissingNode.getInstance() : read;
        } catch (IOException notJson) {
            return MissingNode.getInstance();
        }
    }

    /** The error of a response of a server or of a proxy that is not WearOn. */
    public WearOnException unexpected(String message) {
        return new WearOnException(WearOnException.UNEXPECTED_RESPONSE, message, facts(), null);
    }

    /** The error of a response that is not 2xx. A server that echoes headers must not put the API key into a log. */
    WearOnException refusal(String apiKey) {
        JsonNode error = json().path("error");
        JsonNode code = error.path("code");
        JsonNode message = error.path("message");
        if (!code.isTextual() || !message.isTextual()) {
            String hint = status == 404 ? " Is the base URL the address of the gateway?" : "";
            return unexpected("A server that is not WearOn answered with status " + status + "." + hint);
        }
        String text = message.textValue().replace(apiKey, "wk_…");
        String shown = text.substring(0, Math.min(text.length(), LONGEST_MESSAGE));
        return new WearOnException(code.textValue(), shown, facts(), null);
    }

    private <T> T as(JsonNode value, Class<T> type) {
        try {
            return Objects.requireNonNull(JSON.treeToValue(value, type));
        } catch (JsonProcessingException | NullPointerException otherForm) {
            // The text of the cause may contain a signed URL.
            throw unexpected("The response has not the form of a " + type.getSimpleName() + ".");
        }
    }

    private Facts facts() {
        return new Facts(
                status,
                headers.firstValue("X-Request-Id").orElse(sentRequestId),
                headers.firstValue("Retry-After").map(Repeats::retryAfter).orElse(null),
                headers.firstValue("X-Session-Id").map(Answer::uuid).orElse(null),
                null);
    }

    private static UUID uuid(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException other) {
            return null;
        }
    }
}

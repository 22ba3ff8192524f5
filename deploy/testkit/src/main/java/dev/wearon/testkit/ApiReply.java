package dev.wearon.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.testkit.contract.Answer;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The reply to a call of an {@link ApiClient}. */
public record ApiReply(HttpResponse<byte[]> response) {

    private static final ObjectMapper JSON = new ObjectMapper();

    public int status() {
        return response.statusCode();
    }

    public Optional<String> header(String name) {
        return response.headers().firstValue(name);
    }

    public byte[] body() {
        return response.body();
    }

    public String text() {
        return new String(body(), StandardCharsets.UTF_8);
    }

    /** What a service replies. */
    public JsonNode json() {
        try {
            return JSON.readTree(body());
        } catch (IOException unreadable) {
            throw new AssertionError(toString(), unreadable);
        }
    }

    /** What a gateway replies, without its envelope. */
    public JsonNode data() {
        return json().path("data");
    }

    /** @throws AssertionError with the whole reply when it has another status */
    public ApiReply expect(int status) {
        if (status() != status) {
            throw new AssertionError("Expected status %d, got %s".formatted(status, this));
        }
        return this;
    }

    Answer answer() {
        return Answer.of(response, body());
    }

    @Override
    public String toString() {
        return "%d for %s %s: %s"
                .formatted(
                        status(),
                        response.request().method(),
                        response.request().uri().getPath(),
                        text());
    }
}

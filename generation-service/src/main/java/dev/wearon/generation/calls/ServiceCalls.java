package dev.wearon.generation.calls;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.addresses.ServiceAddresses;
import dev.wearon.generation.calls.HttpCalls.Answer;
import dev.wearon.generation.calls.HttpCalls.Call;
import dev.wearon.http.Problem;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * Calls of one other service, with bodies of JSON. An answer outside of 2xx fails with an {@link ErrorResponse}. Every other
 * failure means that no usable answer came, so the outcome is unknown.
 */
public final class ServiceCalls {

    private static final String JSON = "application/json";

    /** More than a page of 10,000 charges. */
    private static final int MAX_JSON = 4 * 1024 * 1024;

    /** Creates the calls of a service. */
    @Singleton
    public static class Factory {

        private final HttpCalls http;
        private final ObjectMapper json;

        Factory(HttpCalls http, ObjectMapper json) {
            this.http = http;
            this.json = json;
        }

        /**
         * @param urls the addresses of the service
         * @param timeout the time limit of each call, unless the call has its own
         */
        public ServiceCalls to(List<URI> urls, Duration timeout) {
            return new ServiceCalls(http, json, new ServiceAddresses(urls), timeout);
        }
    }

    private final HttpCalls http;
    private final ObjectMapper json;
    private final ServiceAddresses service;
    private final Duration timeout;

    private ServiceCalls(HttpCalls http, ObjectMapper json, ServiceAddresses service, Duration timeout) {
        this.http = http;
        this.json = json;
        this.service = service;
        this.timeout = timeout;
    }

    /** Returns the same calls with another time limit. */
    public ServiceCalls within(Duration other) {
        return new ServiceCalls(http, json, service, other);
    }

    /** @param requestId null for a call that belongs to no request */
    public <T> Uni<T> post(String path, String identity, String requestId, Object body, Class<T> type) {
        return send(HttpMethod.POST, path, identity, requestId, JSON, bytes(body), MAX_JSON)
                .map(answer -> read(answer, type));
    }

    public <T> Uni<T> get(String target, String identity, String requestId, Class<T> type) {
        return send(HttpMethod.GET, target, identity, requestId, null, null, MAX_JSON)
                .map(answer -> read(answer, type));
    }

    public Uni<byte[]> getBytes(String target, String identity, String requestId, int maxBytes) {
        return send(HttpMethod.GET, target, identity, requestId, null, null, maxBytes)
                .map(Buffer::getBytes);
    }

    public <T> Uni<T> putBytes(
            String path, String identity, String requestId, String contentType, byte[] body, Class<T> type) {
        return send(HttpMethod.PUT, path, identity, requestId, contentType, Buffer.buffer(body), MAX_JSON)
                .map(answer -> read(answer, type));
    }

    /** Whether no usable answer came. */
    public static boolean unanswered(Throwable fault) {
        return !(fault instanceof ErrorResponse);
    }

    private Uni<Buffer> send(
            HttpMethod method,
            String target,
            String identity,
            String requestId,
            String contentType,
            Buffer body,
            int maxAnswer) {
        return http.send(service, new Call(method, target, identity, requestId, contentType, body, timeout, maxAnswer))
                .map(this::success);
    }

    private Buffer success(Answer answer) {
        if (answer.status() >= 200 && answer.status() < 300) {
            return answer.body();
        }
        throw new ErrorResponse(answer.status(), message(answer));
    }

    private String message(Answer answer) {
        try {
            return json.readValue(answer.body().getBytes(), Problem.Body.class).message();
        } catch (IOException | RuntimeException noProblem) {
            return "The answer was " + answer.status();
        }
    }

    private <T> T read(Buffer body, Class<T> type) {
        try {
            return json.readValue(body.getBytes(), type);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private Buffer bytes(Object body) {
        try {
            return Buffer.buffer(json.writeValueAsBytes(body));
        } catch (JsonProcessingException impossible) {
            throw new UncheckedIOException(impossible);
        }
    }
}

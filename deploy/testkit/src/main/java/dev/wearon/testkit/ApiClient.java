package dev.wearon.testkit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.testkit.contract.PublicContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * Calls a service or a gateway over HTTP/1.1. An absolute URL, for example a signed one, may replace a path.
 *
 * @param url the URL of the service
 * @param authorization value of that header, an identity or {@code Bearer} with a key; null for none
 * @param timeout the time limit of one call
 * @param contract checks every reply; null for a service that is not a gateway
 */
public record ApiClient(String url, String authorization, Duration timeout, PublicContract contract) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(20))
            .build();

    /** A client without an identity. */
    public static ApiClient of(String url) {
        return new ApiClient(url, null, Duration.ofSeconds(10), null);
    }

    public ApiClient as(String identity) {
        return new ApiClient(url, identity, timeout, contract);
    }

    public ApiClient withKey(String key) {
        return as("Bearer " + key);
    }

    public ApiClient within(Duration callTimeout) {
        return new ApiClient(url, authorization, callTimeout, contract);
    }

    public ApiClient checkedBy(PublicContract publicContract) {
        return new ApiClient(url, authorization, timeout, publicContract);
    }

    public ApiReply get(String path) {
        return send(request(path).GET());
    }

    public ApiReply head(String path) {
        return send(request(path).HEAD());
    }

    /** @param headers names and values in turn */
    public ApiReply post(String path, Object body, String... headers) {
        return call("POST", path, body, headers);
    }

    public ApiReply put(String path, String contentType, byte[] body) {
        return send(request(path).header("Content-Type", contentType).PUT(BodyPublishers.ofByteArray(body)));
    }

    /**
     * @param body written as JSON
     * @param headers names and values in turn
     * @throws UncheckedIOException when no reply came
     */
    public ApiReply call(String method, String path, Object body, String... headers) {
        HttpRequest.Builder request = request(path).header("Content-Type", "application/json");
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request.method(method, json(body)));
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(path.startsWith("http") ? path : url + path))
                .timeout(timeout);
        return authorization == null ? request : request.header("Authorization", authorization);
    }

    private ApiReply send(HttpRequest.Builder request) {
        try {
            ApiReply reply = new ApiReply(HTTP.send(request.build(), BodyHandlers.ofByteArray()));
            if (contract != null) {
                contract.check(reply.answer());
            }
            return reply;
        } catch (IOException noReply) {
            throw new UncheckedIOException(noReply);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private static BodyPublisher json(Object body) {
        try {
            return BodyPublishers.ofString(JSON.writeValueAsString(body));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

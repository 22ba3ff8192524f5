package dev.wearon.client.transport;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.wearon.client.errors.Facts;
import dev.wearon.client.errors.WearOnConnectionException;
import dev.wearon.client.errors.WearOnException;
import dev.wearon.client.errors.WearOnTimeoutException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Sends requests, and repeats them where that is safe. Thread safe.
 *
 * @param apiKey visible ASCII characters
 * @param timeout the limit of a call with its repeats; null for the usual one of such a call
 * @param maxRetries how often a call is repeated at most
 */
public record Transport(String apiKey, URI baseUrl, Duration timeout, int maxRetries, HttpClient http) {

    /** A call with all its repeats. One that the limit of a minute refuses can wait for the next minute. */
    public static final Duration CALL = Duration.ofSeconds(90);

    /** The service cuts an upload after this time. No attempt to transfer a picture lasts longer. */
    public static final Duration UPLOAD = Duration.ofSeconds(300);

    /** Longer than the gateway waits for a create, so that its own answer arrives first. */
    public static final Duration JSON_ATTEMPT = Duration.ofSeconds(15);

    /** The largest answer of the API is a page of transactions, with less than a tenth of this. */
    private static final int JSON_LIMIT = 1024 * 1024;

    private static final String EVENTS = "text/event-stream";
    private static final int NO_CONTENT = 204;

    private static final System.Logger LOG = System.getLogger("dev.wearon.client");

    /** What one attempt needs. Its text has no headers and no URL. */
    private record Attempt(
            String method, URI url, Map<String, String> headers, byte[] body, int limit, Duration longest) {
        @Override
        public String toString() {
            return method + " " + url.getPath();
        }
    }

    /** The limit of this client, or else the usual one of such a call. */
    public Deadline deadline(Duration usual) {
        return Deadline.in(timeout == null ? usual : timeout);
    }

    public Answer call(Call call) {
        return call(call, deadline(CALL));
    }

    /** Calls the API with the key. */
    public Answer call(Call call, Deadline deadline) {
        return call(call, deadline, JSON_ATTEMPT);
    }

    /** @param longest the limit of one attempt, longer than the server needs */
    public Answer call(Call call, Deadline deadline, Duration longest) {
        Map<String, String> headers = new HashMap<>(call.headers());
        headers.put("Authorization", "Bearer " + apiKey);
        headers.put("Accept", "application/json");
        byte[] body = null;
        if (call.body() != null) {
            headers.put("Content-Type", "application/json");
            body = written(call.body());
        }
        URI url = URI.create(baseUrl + call.path());
        return send(new Attempt(call.method(), url, headers, body, JSON_LIMIT, longest), deadline);
    }

    /**
     * Opens a stream of events, once.
     *
     * @param lastEventId null for none
     * @return empty if there is no event after that id
     */
    public Optional<EventStream> stream(String path, String lastEventId, Deadline deadline) {
        String requestId = "java-" + UUID.randomUUID().toString().replace("-", "") + ".1";
        Map<String, String> headers = new HashMap<>();
        headers.put("Authorization", "Bearer " + apiKey);
        headers.put("Accept", EVENTS);
        if (lastEventId != null) {
            headers.put("Last-Event-ID", lastEventId);
        }
        Attempt attempt = new Attempt("GET", URI.create(baseUrl + path), headers, null, JSON_LIMIT, JSON_ATTEMPT);
        HttpResponse<ArrivingBody> response = exchanged(
                http.sendAsync(request(attempt, requestId), head -> new ArrivingBody()),
                requestId,
                deadline.atMost(JSON_ATTEMPT));
        ArrivingBody body = response.body();
        if (response.statusCode() == 200
                && response.headers().firstValue("Content-Type").orElse("").startsWith(EVENTS)) {
            return Optional.of(new EventStream(body, deadline));
        }
        try (body) {
            byte[] read = read(body, deadline.atMost(JSON_ATTEMPT));
            Answer answer = new Answer(response.statusCode(), response.headers(), read, requestId);
            if (answer.status() == NO_CONTENT) {
                return Optional.empty();
            }
            throw answer.status() == 200
                    ? answer.unexpected("The response is no stream of events.")
                    : answer.refusal(apiKey);
        }
    }

    private static byte[] read(ArrivingBody body, Deadline deadline) {
        ByteArrayOutputStream read = new ByteArrayOutputStream();
        try {
            Optional<byte[]> part = body.next(deadline);
            while (part.isPresent() && read.size() <= JSON_LIMIT) {
                read.writeBytes(part.get());
                part = body.next(deadline);
            }
        } catch (TimeoutException over) {
            throw new WearOnTimeoutException("The service did not respond in time.");
        } catch (InterruptedException interrupted) {
            throw Deadline.aborted(interrupted);
        } catch (IOException broken) {
            throw new WearOnConnectionException(broken);
        }
        return read.toByteArray();
    }

    /**
     * Uses a signed URL. The API key is not sent: the URL is the permission, and may name another host.
     *
     * @param body of a PUT; null for a GET
     * @param limit the largest body of the response, in bytes
     */
    public Answer transfer(String url, Map<String, String> headers, byte[] body, int limit, Deadline deadline) {
        String method = body == null ? "GET" : "PUT";
        return send(new Attempt(method, signedUrl(url), headers, body, limit, UPLOAD), deadline);
    }

    private Answer send(Attempt attempt, Deadline deadline) {
        String callId = "java-" + UUID.randomUUID().toString().replace("-", "");
        WearOnException unclear = null; // an attempt after which the try-on may exist, and may be charged
        UUID sessionId = null;
        for (int number = 1; ; number++) {
            String requestId = callId + "." + number;
            try {
                return once(attempt, requestId, deadline);
            } catch (WearOnException error) {
                UUID earlier = sessionId;
                error.complete(facts -> facts.orRequestId(requestId).orSessionId(earlier));
                sessionId = error.sessionId().orElse(null);
                Duration pause = Repeats.pauseBefore(number, error.retryAfter());
                if (number > maxRetries || !Repeats.mayPass(error, number) || !deadline.outlasts(pause)) {
                    throw outcome(error, unclear);
                }
                if (attempt.headers().containsKey(Call.IDEMPOTENCY_KEY) && Repeats.leavesOpen(error)) {
                    unclear = error;
                }
                LOG.log(System.Logger.Level.DEBUG, "{0}: {1}; repeat {2} in {3}", attempt, error.code(), number, pause);
                pause(pause, unclear);
            }
        }
    }

    /** A repeat that is refused at the door, or that comes too late, must not hide that an earlier attempt may be charged. */
    private static WearOnException outcome(WearOnException last, WearOnException unclear) {
        if (unclear == null || !Repeats.hidesEarlier(last)) {
            return last;
        }
        unclear.complete(facts -> facts.orSessionId(last.sessionId().orElse(null))
                .withRetryAfter(last.retryAfter().orElse(null)));
        unclear.addSuppressed(last);
        return unclear;
    }

    private static void pause(Duration time, WearOnException unclear) {
        try {
            Deadline.pause(time);
        } catch (WearOnException aborted) {
            if (unclear != null) {
                aborted.complete(facts -> facts.orSessionId(unclear.sessionId().orElse(null)));
            }
            throw aborted;
        }
    }

    private Answer once(Attempt attempt, String requestId, Deadline deadline) {
        if (deadline.isOver()) { // a create that nobody waits for would be charged
            throw new WearOnTimeoutException("The limit of time passed before the request was sent.");
        }
        if (Thread.currentThread().isInterrupted()) {
            throw new WearOnException(
                    WearOnException.ABORTED, "The thread was interrupted before the request was sent.");
        }
        HttpResponse<byte[]> response = exchanged(
                http.sendAsync(request(attempt, requestId), head -> new BoundedBody(head, attempt.limit())),
                requestId,
                deadline.atMost(attempt.longest()));
        Answer answer = new Answer(response.statusCode(), response.headers(), response.body(), requestId);
        if (answer.status() / 100 != 2) {
            throw answer.refusal(apiKey);
        }
        if (attempt.headers().containsKey(Call.IDEMPOTENCY_KEY)) {
            answer.data(); // also a proxy may answer a repeat with 200
        }
        return answer;
    }

    private static <T> HttpResponse<T> exchanged(
            CompletableFuture<HttpResponse<T>> pending, String requestId, Deadline deadline) {
        try {
            return pending.get(deadline.remaining().toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException over) {
            pending.cancel(true); // also ends the exchange
            throw new WearOnTimeoutException("The service did not respond in time.");
        } catch (InterruptedException interrupted) {
            pending.cancel(true);
            throw Deadline.aborted(interrupted);
        } catch (ExecutionException failed) {
            throw fault(failed.getCause(), requestId);
        }
    }

    private static WearOnException fault(Throwable cause, String requestId) {
        if (cause instanceof BoundedBody.TooLarge large) {
            return new Answer(large.response.statusCode(), large.response.headers(), new byte[0], requestId)
                    .unexpected("The response is too large.");
        }
        // What java.net.http makes of a 401 without this header, if it has an authenticator.
        if (String.valueOf(cause.getMessage()).startsWith("WWW-Authenticate header missing")) {
            return new WearOnException(
                    WearOnException.UNEXPECTED_RESPONSE,
                    "The status is 401, and the authenticator of the HTTP client hides why. Check the API key.",
                    new Facts(401, null, null, null, null),
                    cause);
        }
        return new WearOnConnectionException(cause);
    }

    private static HttpRequest request(Attempt attempt, String requestId) {
        BodyPublisher body =
                attempt.body() == null ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(attempt.body());
        HttpRequest.Builder request = HttpRequest.newBuilder(attempt.url())
                .method(attempt.method(), body)
                .header("User-Agent", "wearon-java")
                .header("X-Request-Id", requestId);
        try {
            attempt.headers().forEach(request::header);
        } catch (IllegalArgumentException | NullPointerException unsendable) {
            // Only an upload has headers that a response names. The text of the cause has their values.
            throw new WearOnException(
                    WearOnException.UNEXPECTED_RESPONSE, "The response names a header that java.net.http cannot send.");
        }
        return request.build();
    }

    /** Without the API key. */
    @Override
    public String toString() {
        return "Transport[" + baseUrl + "]";
    }

    private static byte[] written(Object body) {
        try {
            return Answer.JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException impossible) {
            throw new IllegalArgumentException(impossible);
        }
    }

    /** Whether {@code java.net.http} can call it: it has a host, a possible port, and no user. */
    public static boolean isAddress(URI url) {
        return url.getHost() != null
                && url.getUserInfo() == null
                && (url.getPort() == -1 || url.getPort() > 0 && url.getPort() <= 65_535);
    }

    /** Without the URL in the error: it may be a signed one. */
    private static URI signedUrl(String url) {
        try {
            URI parsed = URI.create(url);
            if (Shown.isUrl(url) && isAddress(parsed)) {
                return parsed;
            }
        } catch (IllegalArgumentException invalid) {
            // Said below.
        }
        throw new WearOnException(
                WearOnException.UNEXPECTED_RESPONSE,
                "A signed URL is not an http or https URL that java.net.http can call.",
                Facts.NONE,
                null);
    }
}

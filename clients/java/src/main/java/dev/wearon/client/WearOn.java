package dev.wearon.client;

import dev.wearon.client.errors.TryOnFailedException;
import dev.wearon.client.errors.WearOnException;
import dev.wearon.client.model.Generation;
import dev.wearon.client.model.Health;
import dev.wearon.client.model.Upload;
import dev.wearon.client.transport.Call;
import dev.wearon.client.transport.Deadline;
import dev.wearon.client.transport.Transport;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Redirect;
import java.net.http.HttpClient.Version;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;

/**
 * A client of one WearOn service, for the API key of one store. Immutable and thread safe: use one for the whole program. It
 * needs no close.
 */
public final class WearOn {

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final int MOST_RETRIES = 10;

    private final Transport transport;

    /** @param baseUrl of the gateway, like {@code https://wearon.example.com} */
    public WearOn(String apiKey, String baseUrl) {
        this(new Transport(checkedKey(apiKey), checkedBase(baseUrl), null, 2, defaultHttp()));
    }

    private WearOn(Transport transport) {
        this.transport = transport;
    }

    /**
     * This client with another limit of time for each call with its repeats. Without it a call has 90 seconds, an upload 300.
     * {@code tryOn} and {@code await} have their own limit, 11 minutes.
     */
    public WearOn withTimeout(Duration timeout) {
        Deadline.in(timeout);
        return new WearOn(new Transport(
                transport.apiKey(), transport.baseUrl(), timeout, transport.maxRetries(), transport.http()));
    }

    /** This client with another number of repeats, from 0 to 10. Without it a call is repeated twice at most. */
    public WearOn withMaxRetries(int maxRetries) {
        if (maxRetries < 0 || maxRetries > MOST_RETRIES) {
            throw new IllegalArgumentException("maxRetries must be a number from 0 to " + MOST_RETRIES + ".");
        }
        return new WearOn(new Transport(
                transport.apiKey(), transport.baseUrl(), transport.timeout(), maxRetries, transport.http()));
    }

    /**
     * This client with other connections, for example through a proxy or with the certificates of a private authority.
     *
     * @param http must not follow redirects, because a redirect turns a POST into a GET. Give it an authenticator only for a
     *     proxy: it can hide why the service answered 401
     */
    public WearOn withHttpClient(HttpClient http) {
        if (http.followRedirects() != Redirect.NEVER) {
            throw new IllegalArgumentException("The HTTP client must not follow redirects.");
        }
        return new WearOn(new Transport(
                transport.apiKey(), transport.baseUrl(), transport.timeout(), transport.maxRetries(), http));
    }

    public Uploads uploads() {
        return new Uploads(transport);
    }

    public Downloads downloads() {
        return new Downloads(transport);
    }

    public Generations generations() {
        return new Generations(transport);
    }

    public Credits credits() {
        return new Credits(transport);
    }

    public Purchases purchases() {
        return new Purchases(transport);
    }

    public Store store() {
        return new Store(transport);
    }

    /** Where the store receives webhooks. {@link Webhooks} checks what it receives. */
    public WebhookEndpoints webhookEndpoints() {
        return new WebhookEndpoints(transport);
    }

    /** Checks the API key. */
    public Health health() {
        return transport.call(Call.get("/api/v1/health")).data(Health.class);
    }

    /** As {@link #tryOn(TryOn, Duration)}, for 11 minutes at most. */
    public Generation tryOn(TryOn request) {
        return tryOn(request, Generations.WAIT);
    }

    /**
     * Uploads the pictures, starts a try-on, waits, and returns it completed.
     *
     * <p>After a connection error or a 5xx the try-on may exist. With {@link TryOn#repeating} a repeat is charged once.
     *
     * @param timeout of all of it; the try-on continues after it if the error has a session id
     * @throws TryOnFailedException if it failed; its credit comes back
     */
    public Generation tryOn(TryOn request, Duration timeout) {
        Deadline deadline = Deadline.in(timeout);
        request.check();
        List<String> pictures = uploaded(request.pictures(), deadline);
        CreatedGeneration created = null;
        try {
            created = generations().create(request.uploaded(pictures), deadline);
            return generations().await(created.id(), deadline);
        } catch (WearOnException error) {
            error.setPictures(pictures);
            // A repeat after a failure must be a new try-on.
            if (created != null && !(error instanceof TryOnFailedException)) {
                String key = created.idempotencyKey();
                error.complete(facts -> facts.withIdempotencyKey(key));
            }
            throw error;
        }
    }

    private List<String> uploaded(List<Picture> pictures, Deadline deadline) {
        List<Picture> fresh =
                pictures.stream().filter(picture -> !picture.isUploaded()).toList();
        Iterator<Upload> uploads =
                fresh.isEmpty() ? null : uploads().putAll(fresh, deadline).iterator();
        return pictures.stream()
                .map(picture ->
                        picture.isUploaded() ? picture.url() : uploads.next().imageUrl())
                .toList();
    }

    private static HttpClient defaultHttp() {
        return HttpClient.newBuilder()
                .version(Version.HTTP_1_1)
                .followRedirects(Redirect.NEVER)
                .connectTimeout(CONNECT)
                .build();
    }

    /** The key is not in the message, because that ends up in logs. */
    private static String checkedKey(String apiKey) {
        String key = apiKey == null ? "" : apiKey.strip();
        if (!key.matches("[!-~]{1,512}")) {
            throw new IllegalArgumentException("apiKey must be an API key: wk_ and 32 hex digits.");
        }
        return key;
    }

    private static URI checkedBase(String baseUrl) {
        URI base = parsed(baseUrl);
        String host = base.getHost() == null ? String.valueOf(base.getAuthority()) : "";
        if (host.matches("[\\w.-]*_[\\w.-]*(:[0-9]+)?")) {
            throw new IllegalArgumentException("baseUrl: java.net.http takes no host with an underscore.");
        }
        boolean http = "http".equalsIgnoreCase(base.getScheme()) || "https".equalsIgnoreCase(base.getScheme());
        if (http && Transport.isAddress(base) && base.getQuery() == null && base.getFragment() == null) {
            return base;
        }
        throw new IllegalArgumentException(
                "baseUrl must be the address of the gateway, like https://wearon.example.com, without user and query.");
    }

    /** An empty address, which is refused, if it is none. */
    private static URI parsed(String baseUrl) {
        try {
            return URI.create(baseUrl == null ? "" : baseUrl.replaceAll("/+$", ""));
        } catch (IllegalArgumentException notAUrl) {
            return URI.create("");
        }
    }

    /** Without the API key. */
    @Override
    public String toString() {
        return "WearOn[" + transport.baseUrl() + "]";
    }
}

package dev.wearon.gateway.proxy;

import dev.wearon.gateway.proxy.Route.Service;
import dev.wearon.http.RequestId;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The services' addresses and the bounded connection pools to them: one for calls, one for uploads and one for downloads. */
@ApplicationScoped
class Upstreams {

    private final Map<Service, URI> addresses;
    private final long connectTimeoutMs;
    private final HttpClient calls;
    private final HttpClient uploads;
    private final HttpClient downloads;

    Upstreams(Vertx vertx, ProxyConfig config) {
        this.addresses = Map.of(
                Service.CREDITS, config.creditsUrl(),
                Service.GENERATION, config.generationUrl(),
                Service.STORAGE, config.storageUrl());
        this.connectTimeoutMs = config.connectTimeout().toMillis();
        this.calls = client(vertx, new HttpClientOptions(), config.connections());
        HttpClientOptions streaming = new HttpClientOptions()
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setIdleTimeout((int) config.streamIdleTimeout().toMillis());
        // Whoever fills the one for uploads takes no picture away from those who look at theirs.
        this.uploads = client(vertx, new HttpClientOptions(streaming), config.streamConnections());
        this.downloads = client(vertx, new HttpClientOptions(streaming), config.streamConnections());
    }

    private HttpClient client(Vertx vertx, HttpClientOptions options, int connections) {
        options.setConnectTimeout((int) connectTimeoutMs)
                // Shorter than the services' own, so that a call seldom meets a connection that was just closed.
                .setKeepAliveTimeout(20)
                .setMaxWaitQueueSize(connections)
                .setDecompressionSupported(false);
        return vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(connections));
    }

    /** A request to the route's service with the client's path, query and request id, and no other header yet. */
    Future<HttpClientRequest> call(Route route, HttpServerRequest client) {
        return request(calls, route, client);
    }

    /** The same, through the pool for bytes in the route's direction. */
    Future<HttpClientRequest> stream(Route route, HttpServerRequest client) {
        return request(route.method().equals(HttpMethod.PUT) ? uploads : downloads, route, client);
    }

    private Future<HttpClientRequest> request(HttpClient pool, Route route, HttpServerRequest client) {
        URI address = addresses.get(route.service());
        String path = route.target(client.path());
        String query = client.query();
        RequestOptions options = new RequestOptions()
                .setSsl("https".equals(address.getScheme()))
                .setHost(address.getHost())
                .setPort(port(address))
                .setMethod(route.method())
                .setURI(query == null ? path : path + "?" + query)
                // Covers waiting for a free connection, too.
                .setConnectTimeout(connectTimeoutMs)
                .putHeader(RequestId.HEADER, client.getHeader(RequestId.HEADER));
        return pool.request(options);
    }

    private static int port(URI address) {
        if (address.getPort() > 0) {
            return address.getPort();
        }
        return "https".equals(address.getScheme()) ? 443 : 80;
    }

    @PreDestroy
    void close() {
        calls.close();
        uploads.close();
        downloads.close();
    }
}

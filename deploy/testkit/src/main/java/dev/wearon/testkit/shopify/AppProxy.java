package dev.wearon.testkit.shopify;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Passes calls of a shop's pages on to the app, signed and with the customer who is logged in. Method and body pass; cookies do
 * not, in both directions. A redirect is followed. Limits of time and size are not documented: here 10 s and 1 MiB.
 */
final class AppProxy {

    private static final Duration LONGEST = Duration.ofSeconds(10);
    private static final List<String> OURS =
            List.of("shop", "logged_in_customer_id", "path_prefix", "timestamp", "signature");
    /** Headers of one connection, those that the client sets itself, and cookies. */
    private static final Set<String> KEPT_BACK = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

    static {
        KEPT_BACK.addAll(List.of(
                "Connection",
                "Content-Length",
                "Cookie",
                "Date",
                "Expect",
                "Host",
                "HTTP2-Settings",
                "Set-Cookie",
                "Transfer-Encoding",
                "Upgrade"));
    }

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NORMAL)
            .connectTimeout(LONGEST)
            .build();
    private final String secret;
    private final InstantSource clock;

    AppProxy(String secret, InstantSource clock) {
        this.secret = secret;
        this.clock = clock;
    }

    /**
     * @param rest of the path, behind that of the proxy
     * @param customer null if nobody is logged in
     */
    Reply pass(HttpExchange exchange, Shop shop, Shop.Proxy proxy, String rest, Customer customer) throws IOException {
        byte[] body = Reply.body(exchange);
        if (body == null) {
            return Reply.page(413, "Too large", "");
        }
        Query query = Query.parse(exchange.getRequestURI().getRawQuery());
        OURS.forEach(query::remove);
        query.add("shop", shop.domain());
        query.add("logged_in_customer_id", customer == null ? "" : Long.toString(customer.id()));
        query.add("path_prefix", proxy.path());
        query.add("timestamp", Long.toString(clock.instant().getEpochSecond()));
        query.add("signature", Signatures.proxy(secret, query.values()));
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(proxy.app() + rest + "?" + query))
                .timeout(LONGEST)
                .method(
                        exchange.getRequestMethod(),
                        body.length == 0
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!KEPT_BACK.contains(name)) {
                values.forEach(value -> request.header(name, value));
            }
        });
        try {
            HttpResponse<byte[]> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            Map<String, List<String>> headers = new HashMap<>();
            answer.headers().map().forEach((name, values) -> {
                if (!KEPT_BACK.contains(name)) {
                    headers.put(name, values);
                }
            });
            return new Reply(answer.statusCode(), headers, answer.body());
        } catch (IOException noAnswer) {
            return Reply.page(502, "There was a problem", Reply.escaped(noAnswer.toString()));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return Reply.page(502, "There was a problem", "The stand-in ends.");
        }
    }
}

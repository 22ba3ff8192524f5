package dev.wearon.gateway.incoming;

import dev.wearon.gateway.access.Gates;
import dev.wearon.gateway.access.WebhookSignature;
import dev.wearon.gateway.sealing.HmacSha256;
import dev.wearon.gateway.shopify.ShopifyApp;
import dev.wearon.http.Problem;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.core.MultiMap;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.RestPath;

/**
 * Receives the webhooks of Shopify. A 200 says that the webhook is stored, or that nobody needs it. Shopify repeats every other answer
 * up to eight times, and then stops.
 */
@Path(Topic.PATH)
public class ShopifyWebhooksResource implements WebhookSignature {

    private static final String SIGNATURE = "X-Shopify-Hmac-Sha256";
    private static final Pattern SHA_256 = Pattern.compile("[A-Za-z0-9+/]{43}=");

    private static final Duration UNTIL_SET = Duration.ofMinutes(1);

    private static final Set<String> TEMPLATES = Arrays.stream(Topic.values())
            .map(topic -> Topic.PATH + topic.group())
            .collect(Collectors.toSet());

    private final ShopifyApp app;
    private final WebhookWork work;
    private final MeterRegistry metrics;

    ShopifyWebhooksResource(ShopifyApp app, WebhookWork work, MeterRegistry metrics) {
        this.app = app;
        this.work = work;
        this.metrics = metrics;
        // From the start, so that the first refusal is an increase.
        for (Received received : Received.values()) {
            Arrays.stream(Topic.values()).forEach(topic -> count(Optional.of(topic), received, 0));
            count(Optional.empty(), received, 0);
        }
    }

    /** What became of a request. */
    private enum Received {
        STORED,
        /** It was stored before. */
        REPEATED,
        /** No part of this service wants the topic. */
        UNWANTED,
        /** The signature was right, and something else was not. */
        REFUSED,
        /** The signature was wrong. */
        UNSIGNED,
        /** The database was away, for example. */
        UNSTORED
    }

    public record Acknowledgement(boolean acknowledged) {}

    @Override
    public Set<String> templates() {
        return TEMPLATES;
    }

    @Override
    public Optional<Problem> refusal() {
        return app.isOff()
                ? Optional.of(Problem.unavailable(
                        "This server has no app at Shopify. Its operator must set WEARON_SHOPIFY_CLIENT_ID.",
                        UNTIL_SET))
                : Optional.empty();
    }

    @Override
    public boolean matches(MultiMap headers, byte[] body) {
        String offered = only(headers, SIGNATURE);
        boolean matches = offered != null
                && SHA_256.matcher(offered).matches()
                && isSigned(body, Base64.getDecoder().decode(offered));
        if (!matches) {
            // The topic is not proved, so it is no label.
            count(Optional.empty(), Received.UNSIGNED, 1);
        }
        return matches;
    }

    private boolean isSigned(byte[] body, byte[] offered) {
        return app.secrets().stream().anyMatch(secret -> HmacSha256.matches(secret, body, offered));
    }

    @POST
    @Path("{group}")
    public Uni<Acknowledgement> receive(@RestPath String group, @Context RoutingContext routing) {
        MultiMap headers = routing.request().headers();
        String name = only(headers, Delivery.TOPIC);
        Optional<Topic> topic = Optional.ofNullable(name).flatMap(Topic::of);
        if (name != null && topic.isEmpty()) {
            count(topic, Received.UNWANTED, 1);
            return Uni.createFrom().item(new Acknowledgement(true));
        }
        return Uni.createFrom()
                .item(() -> {
                    Topic wanted = topic.orElseThrow(() -> Problem.invalid(Delivery.TOPIC + " is required."));
                    if (!wanted.group().equals(group)) {
                        throw Problem.invalid("The route of this topic is " + Topic.PATH + wanted.group() + ".");
                    }
                    return Delivery.of(wanted, header -> only(headers, header), Gates.signedBody(routing));
                })
                .chain(work::accept)
                .invoke(stored -> count(topic, stored ? Received.STORED : Received.REPEATED, 1))
                .onFailure()
                .invoke(fault -> count(topic, fault instanceof Problem ? Received.REFUSED : Received.UNSTORED, 1))
                .replaceWith(new Acknowledgement(true));
    }

    /** The value of a header; null if there is none, or more than one. */
    private static String only(MultiMap headers, String name) {
        List<String> values = headers.getAll(name);
        return values.size() == 1 ? values.getFirst() : null;
    }

    private void count(Optional<Topic> topic, Received received, int more) {
        metrics.counter(
                        "wearon.shopify.webhooks.received",
                        "topic",
                        topic.map(Topic::wire).orElse("other"),
                        "outcome",
                        received.name().toLowerCase(Locale.ROOT))
                .increment(more);
    }
}

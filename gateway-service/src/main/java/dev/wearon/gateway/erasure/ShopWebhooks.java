package dev.wearon.gateway.erasure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.gateway.changelog.Author;
import dev.wearon.gateway.erasure.StoreJobs.Kind;
import dev.wearon.gateway.incoming.Handled;
import dev.wearon.gateway.incoming.IncomingWebhook;
import dev.wearon.gateway.incoming.WebhookHandler;
import dev.wearon.gateway.stores.ShopConnections;
import dev.wearon.gateway.stores.ShopConnections.Uninstalling;
import io.quarkus.arc.All;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;

/** A shop removes the app, or asks for what the privacy law gives its customers. Never calls Shopify: its tokens are revoked. */
@ApplicationScoped
class ShopWebhooks implements WebhookHandler {

    private static final Logger LOG = Logger.getLogger(ShopWebhooks.class);

    private static final String UNINSTALLED = "app/uninstalled";
    private static final String CUSTOMER_DATA = "customers/data_request";
    private static final String CUSTOMER_REDACT = "customers/redact";
    private static final String SHOP_REDACT = "shop/redact";
    private static final Pattern ORDER = Pattern.compile("[0-9]{1,32}");
    private static final String BY_SHOPIFY = "shopify";

    /** Shopify asks for the redaction of a shop so long after its uninstall. */
    private static final Duration AFTER_UNINSTALL = Duration.ofHours(48);

    private final ShopConnections connections;
    private final StoreJobs jobs;
    private final Neighbours neighbours;
    private final List<ShopperRecords> records;

    ShopWebhooks(
            ShopConnections connections, StoreJobs jobs, Neighbours neighbours, @All List<ShopperRecords> records) {
        this.connections = connections;
        this.jobs = jobs;
        this.neighbours = neighbours;
        this.records = records;
    }

    @Override
    public Set<String> topics() {
        return Set.of(UNINSTALLED, CUSTOMER_DATA, CUSTOMER_REDACT, SHOP_REDACT);
    }

    @Override
    public Uni<Handled> handle(IncomingWebhook webhook) {
        if (webhook.storeId() == null) {
            return ignored("No store has this shop.");
        }
        return switch (webhook.topic()) {
            case UNINSTALLED -> uninstall(webhook);
            case CUSTOMER_DATA -> customer(webhook, Kind.DATA_REQUEST, names(webhook));
            case CUSTOMER_REDACT -> redactCustomer(webhook);
            case SHOP_REDACT -> redactShop(webhook);
            default -> throw new IllegalArgumentException("Not a topic of this handler: " + webhook.topic());
        };
    }

    private Uni<Handled> uninstall(IncomingWebhook webhook) {
        return connections
                .uninstall(author(webhook), webhook.storeId(), webhook.triggeredAt())
                .map(uninstalling -> switch (uninstalling) {
                    case Uninstalling.Uninstalled() -> {
                        // ./wearon restore reads this line.
                        LOG.infof("Store %s has the status %s", webhook.storeId(), "inactive");
                        yield new Handled.Done();
                    }
                    case Uninstalling.Before() -> new Handled.Ignored("The store was uninstalled before.");
                    case Uninstalling.InstalledAgain() ->
                        new Handled.Ignored("The shop has installed the app again since then.");
                    case Uninstalling.NoSuchStore() -> new Handled.Ignored("No store has this shop.");
                });
    }

    /** Our attribute may have named the shopper of an order, whom neither the customer's address nor its id finds. */
    private Uni<Handled> redactCustomer(IncomingWebhook webhook) {
        List<String> orders = StreamSupport.stream(
                        webhook.body().path("orders_to_redact").spliterator(), false)
                .map(JsonNode::asText)
                .filter(id -> ORDER.matcher(id).matches())
                .distinct()
                .toList();
        return namesIn(webhook.storeId(), orders)
                .map(found -> Stream.concat(names(webhook).stream(), found.stream())
                        .distinct()
                        .limit(Neighbours.MAX_NAMES)
                        .toList())
                .chain(names -> customer(webhook, Kind.REDACT_SHOPPER, names));
    }

    private Uni<List<String>> namesIn(UUID storeId, List<String> orders) {
        return Multi.createFrom()
                .iterable(records)
                .onItem()
                .transformToUniAndConcatenate(table -> table.namesIn(storeId, orders))
                .onItem()
                .transformToIterable(names -> names)
                .collect()
                .asList()
                .chain(here -> neighbours.namesOfOrders(storeId, orders).map(there -> Stream.concat(
                                here.stream(), there.stream())
                        .toList()));
    }

    private static List<String> names(IncomingWebhook webhook) {
        JsonNode customer = webhook.body().path("customer");
        return ShopperName.all(
                customer.path("email").textValue(), customer.path("id").asText(null));
    }

    private Uni<Handled> customer(IncomingWebhook webhook, Kind kind, List<String> names) {
        return names.isEmpty() ? ignored("The webhook names no customer.") : add(webhook, kind, names);
    }

    /** Comes 48 hours after the uninstall. The webhook of the uninstall may be lost, so it is done here as well. */
    private Uni<Handled> redactShop(IncomingWebhook webhook) {
        Instant uninstalled = webhook.triggeredAt().minus(AFTER_UNINSTALL);
        return connections
                .isInstalledAfter(webhook.storeId(), uninstalled)
                .chain(again -> again
                        ? ignored("The shop has installed the app again since then.")
                        : uninstall(webhook).chain(() -> add(webhook, Kind.REDACT_SHOP, null)));
    }

    private Uni<Handled> add(IncomingWebhook webhook, Kind kind, List<String> names) {
        return jobs.add(author(webhook), BY_SHOPIFY, webhook.storeId(), kind, webhook.webhookId(), names)
                .replaceWith(new Handled.Done());
    }

    private static Author author(IncomingWebhook webhook) {
        return new Author(BY_SHOPIFY + ":" + webhook.shop(), webhook.webhookId());
    }

    private static Uni<Handled> ignored(String reason) {
        return Uni.createFrom().item(new Handled.Ignored(reason));
    }
}

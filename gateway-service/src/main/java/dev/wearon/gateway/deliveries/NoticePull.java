package dev.wearon.gateway.deliveries;

import dev.wearon.gateway.deliveries.NoticesClient.Notice;
import dev.wearon.gateway.routing.Addresses;
import dev.wearon.gateway.routing.Service;
import dev.wearon.identity.Identities;
import dev.wearon.jobs.RecurringJob;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/**
 * Takes notices from the services: it pulls the oldest, stores a message for each endpoint that wants one, and acknowledges them. Each
 * step may be repeated, so any number of gateways may run it, and die in it.
 */
@ApplicationScoped
class NoticePull implements RecurringJob {

    /** A service returns no more at once. A full page means that there may be more. */
    private static final int PAGE = 500;

    private static final int MOST_PAGES = 20;

    private final NoticesClient client;
    private final Addresses addresses;
    private final Identities identities;
    private final Messages messages;
    private final DeliveriesConfig config;

    NoticePull(
            @RestClient NoticesClient client,
            Addresses addresses,
            Identities identities,
            Messages messages,
            DeliveriesConfig config) {
        this.client = client;
        this.addresses = addresses;
        this.identities = identities;
        this.messages = messages;
        this.config = config;
    }

    @Override
    public String name() {
        return "notice-pull";
    }

    @Override
    public Optional<Duration> every() {
        return config.every();
    }

    /**
     * Takes from both services, also if one of them fails; then it fails after that.
     *
     * @return how many notices were taken
     */
    @Override
    public Uni<Integer> runOnce() {
        return Uni.combine()
                .all()
                .unis(all(Service.GENERATION), all(Service.CREDITS))
                .collectFailures()
                .with(Integer::sum);
    }

    private Uni<Integer> all(Service service) {
        return Multi.createBy()
                .repeating()
                .uni(() -> page(service))
                .whilst(taken -> taken == PAGE)
                .select()
                .first(MOST_PAGES)
                .collect()
                .with(Collectors.summingInt(taken -> taken));
    }

    private Uni<Integer> page(Service service) {
        return addresses
                .of(service)
                .call(address -> client.pull(address.url().toString(), identities.asService()))
                .map(NoticesClient.Pulled::notices)
                .call(notices -> notices.isEmpty()
                        ? Uni.createFrom().voidItem()
                        : messages.store(notices).chain(() -> acknowledge(service, notices)))
                .map(List::size);
    }

    private Uni<Void> acknowledge(Service service, List<Notice> notices) {
        var ids = new NoticesClient.Acknowledgement(
                notices.stream().map(Notice::id).toList());
        return addresses
                .of(service)
                .call(address -> client.acknowledge(address.url().toString(), identities.asService(), ids));
    }
}

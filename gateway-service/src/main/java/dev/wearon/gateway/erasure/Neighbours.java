package dev.wearon.gateway.erasure;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.gateway.erasure.ErasureClient.Named;
import dev.wearon.gateway.erasure.ErasureClient.Progress;
import dev.wearon.gateway.erasure.ErasureClient.Whom;
import dev.wearon.gateway.routing.Addresses;
import dev.wearon.gateway.routing.Service;
import dev.wearon.identity.Identities;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** Calls credits and generation as the gateway itself. */
@ApplicationScoped
class Neighbours {

    /** The most that a job stores and a service accepts. */
    static final int MAX_NAMES = 100;

    private static final int ORDERS_AT_ONCE = 500;

    private final ErasureClient client;
    private final Addresses addresses;
    private final Identities identities;

    Neighbours(@RestClient ErasureClient client, Addresses addresses, Identities identities) {
        this.client = client;
        this.addresses = addresses;
        this.identities = identities;
    }

    Uni<Boolean> cancelQueued(UUID storeId) {
        return at(Service.GENERATION, address -> client.cancelQueued(address, identities.asService(), storeId))
                .map(Progress::more);
    }

    /**
     * @param shoppers empty: all of the store
     * @param before only what is from before this time
     */
    Uni<Boolean> redactSessions(UUID storeId, Optional<List<String>> shoppers, Instant before) {
        return at(
                        Service.GENERATION,
                        address ->
                                client.redactSessions(address, identities.asService(), storeId, whom(shoppers, before)))
                .map(Progress::more);
    }

    /**
     * @param shoppers empty: all of the store
     * @param before only shoppers who were new before this time; null: all
     */
    Uni<Boolean> redactLedger(UUID storeId, Optional<List<String>> shoppers, Instant before) {
        return at(
                        Service.CREDITS,
                        address ->
                                client.redactShoppers(address, identities.asService(), storeId, whom(shoppers, before)))
                .map(Progress::more);
    }

    /**
     * The names, with all others of the same shoppers that the ledger knows.
     *
     * @param before only shoppers who were new before this time; null: all
     */
    Uni<List<String>> allNames(UUID storeId, List<String> names, Instant before) {
        return at(
                        Service.CREDITS,
                        address ->
                                client.names(address, identities.asService(), storeId, new Named(names, before, null)))
                .map(found -> Stream.concat(names.stream(), found.shoppers().stream())
                        .distinct()
                        .limit(MAX_NAMES)
                        .toList());
    }

    /** All names of the shoppers of orders that the ledger knows. */
    Uni<List<String>> namesOfOrders(UUID storeId, List<String> orderIds) {
        return Multi.createFrom()
                .iterable(orderIds)
                .group()
                .intoLists()
                .of(ORDERS_AT_ONCE)
                .onItem()
                .transformToUniAndConcatenate(some -> at(
                        Service.CREDITS,
                        address -> client.names(
                                address, identities.asService(), storeId, new Named(List.of(), null, some))))
                .onItem()
                .transformToIterable(Whom::shoppers)
                .collect()
                .asList();
    }

    Uni<JsonNode> sessions(UUID storeId, List<String> shoppers) {
        return at(
                Service.GENERATION,
                address -> client.sessions(address, identities.asService(), storeId, new Whom(shoppers, null)));
    }

    Uni<JsonNode> ledger(UUID storeId, List<String> shoppers) {
        return at(
                Service.CREDITS,
                address -> client.ledger(address, identities.asService(), storeId, new Whom(shoppers, null)));
    }

    private interface Call<T> {
        Uni<T> of(String address);
    }

    private <T> Uni<T> at(Service service, Call<T> call) {
        return addresses.of(service).call(address -> call.of(address.url().toString()));
    }

    private static Whom whom(Optional<List<String>> shoppers, Instant before) {
        return new Whom(shoppers.orElse(null), before);
    }
}

package dev.wearon.gateway.ledger;

import dev.wearon.gateway.routing.Addresses;
import dev.wearon.gateway.routing.Service;
import dev.wearon.http.Problem;
import dev.wearon.identity.Identities;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;

/** Calls credits-service: its internal endpoints as the gateway itself, and those for stores as one. */
@ApplicationScoped
public class Ledger {

    private final Addresses addresses;
    private final Identities identities;

    Ledger(Addresses addresses, Identities identities) {
        this.addresses = addresses;
        this.identities = identities;
    }

    /** One call of a client that has registered {@link LedgerRefusals}. */
    @FunctionalInterface
    public interface Call<T> {

        /**
         * @param address the base URL
         * @param identity the value of the Authorization header
         */
        Uni<T> make(String address, String identity);
    }

    /** @return does not fail */
    public <T> Uni<Answer<T>> ask(Call<T> call) {
        return ask(identities.asService(), call);
    }

    /**
     * Asks for a store or one of its shoppers.
     *
     * @return does not fail
     */
    public <T> Uni<Answer<T>> ask(Principal.OfStore caller, Call<T> call) {
        return ask(identities.of(caller), call);
    }

    private <T> Uni<Answer<T>> ask(String identity, Call<T> call) {
        return addresses
                .of(Service.CREDITS)
                .call(address -> call.make(address.url().toString(), identity))
                .<Answer<T>>map(Answer.Done::new)
                .onFailure()
                .recoverWithItem(Ledger::failed);
    }

    /** A 5xx is not a refusal: the write may have happened. */
    private static <T> Answer<T> failed(Throwable failure) {
        return failure instanceof Problem refusal && refusal.code().status() < 500
                ? new Answer.Refused<>(refusal)
                : new Answer.Unknown<>(failure);
    }
}

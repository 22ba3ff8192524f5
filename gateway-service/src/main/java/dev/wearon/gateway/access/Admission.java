package dev.wearon.gateway.access;

import dev.wearon.gateway.shoppers.TokenCreate;
import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** The result of checking the access of a request. */
public sealed interface Admission {

    /**
     * @param principal the caller for the services; empty if the access has no principal
     * @param create the create to count before it is forwarded; empty if the request needs no slot of a shopper token
     */
    record Admitted(Optional<Principal> principal, Optional<TokenCreate> create) implements Admission {}

    record Refused(Problem problem) implements Admission {}

    /** The client has disconnected, or the request was answered already. */
    record Over() implements Admission {}

    static Uni<Admission> admitted(Principal principal) {
        return Uni.createFrom().item(new Admitted(Optional.of(principal), Optional.empty()));
    }

    static Uni<Admission> refused(Problem problem) {
        return Uni.createFrom().item(new Refused(problem));
    }

    static Uni<Admission> over() {
        return Uni.createFrom().item(new Over());
    }
}

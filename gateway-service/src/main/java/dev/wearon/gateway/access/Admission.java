package dev.wearon.gateway.access;

import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** The result of checking the access of a request. */
public sealed interface Admission {

    /** @param principal the caller for the services; empty if the access has no principal */
    record Admitted(Optional<Principal> principal) implements Admission {}

    record Refused(Problem problem) implements Admission {}

    /** The client has disconnected, or the request was answered already. */
    record Over() implements Admission {}

    static Uni<Admission> admitted(Principal principal) {
        return Uni.createFrom().item(new Admitted(Optional.of(principal)));
    }

    static Uni<Admission> refused(Problem problem) {
        return Uni.createFrom().item(new Refused(problem));
    }

    static Uni<Admission> over() {
        return Uni.createFrom().item(new Over());
    }
}

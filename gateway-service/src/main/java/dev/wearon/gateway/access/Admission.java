package dev.wearon.gateway.access;

import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** What became of a request at the access of its route. */
public sealed interface Admission {

    /** @param principal for whom the services are asked; empty where access names nobody */
    record Admitted(Optional<Principal> principal) implements Admission {}

    record Refused(Problem problem) implements Admission {}

    /** Its client has gone, or was answered by now. */
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

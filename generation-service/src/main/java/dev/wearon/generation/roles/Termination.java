package dev.wearon.generation.roles;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import sun.misc.Signal;

/**
 * A process that was asked to stop and has stopped in good order has succeeded: it exits with 0. By itself a JVM would
 * answer with 143, as if the signal had killed it, and nobody could tell a drain from its opposite.
 */
@ApplicationScoped
class Termination {

    void listen(@Observes StartupEvent event) {
        if (LaunchMode.current() == LaunchMode.NORMAL) {
            Signal.handle(new Signal("TERM"), signal -> Quarkus.asyncExit(0));
        }
    }
}

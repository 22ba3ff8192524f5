package dev.wearon.gateway.routing;

import dev.wearon.addresses.ServiceAddresses;
import io.smallrye.config.ConfigMapping;
import jakarta.inject.Singleton;
import java.net.URI;
import java.util.List;

/** Where the other services are reached. */
@Singleton
public class Addresses {

    private final ServiceAddresses credits;
    private final ServiceAddresses generation;
    private final ServiceAddresses storage;

    /** Set through {@code WEARON_CREDITS_URL} and the other URLs. */
    @ConfigMapping(prefix = "wearon.services")
    interface Config {

        List<URI> credits();

        List<URI> generation();

        List<URI> storage();
    }

    Addresses(Config config) {
        this.credits = new ServiceAddresses(config.credits());
        this.generation = new ServiceAddresses(config.generation());
        this.storage = new ServiceAddresses(config.storage());
    }

    /** The addresses of a service other than the gateway. */
    public ServiceAddresses of(Service service) {
        return switch (service) {
            case CREDITS -> credits;
            case GENERATION -> generation;
            case STORAGE -> storage;
            case GATEWAY -> throw new IllegalArgumentException("The gateway does not call itself");
        };
    }
}

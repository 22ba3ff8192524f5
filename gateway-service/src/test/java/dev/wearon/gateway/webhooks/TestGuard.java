package dev.wearon.gateway.webhooks;

import dev.wearon.egress.EgressGuard;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.Priority;
import jakarta.enterprise.inject.Alternative;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The guard of the tests: all is real except the look-up of names. */
public final class TestGuard {

    private static final Map<String, List<InetAddress>> ADDRESSES = new ConcurrentHashMap<>();

    private TestGuard() {}

    @Alternative
    @Priority(1)
    @Produces
    @Singleton
    static EgressGuard guard(WebhooksConfig config) {
        return new EgressGuard(
                TestGuard::resolved, Set.copyOf(config.allowedHosts().orElse(List.of())));
    }

    /** From now on the name has these addresses. */
    public static void resolves(String host, String... addresses) {
        resolves(host, Stream.of(addresses).map(TestGuard::address).toArray(InetAddress[]::new));
    }

    public static void resolves(String host, InetAddress... addresses) {
        ADDRESSES.put(host, List.of(addresses));
    }

    private static Uni<List<InetAddress>> resolved(String host) {
        return ADDRESSES.containsKey(host)
                ? Uni.createFrom().item(ADDRESSES.get(host))
                : Uni.createFrom().failure(new UnknownHostException(host));
    }

    private static InetAddress address(String text) {
        try {
            return InetAddress.getByName(text);
        } catch (UnknownHostException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}

package dev.wearon.addresses;

import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.ProcessingException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * The addresses of another service. Calls go to all of them in turn. An address that refuses a connection gets no calls for a
 * while, unless all refuse. One address is usual: then it is the name of a load balancer, or there is one process.
 */
public final class ServiceAddresses {

    /** An unreachable address costs a call its connect timeout, so few calls should meet one. */
    static final long AVOIDED_NS = TimeUnit.SECONDS.toNanos(5);

    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private final List<Address> all;
    private final AtomicInteger turn = new AtomicInteger();

    /** Host and port of one process, or of a load balancer. */
    public static final class Address {

        private final URI url;
        private volatile long avoidedUntil = System.nanoTime();

        private Address(URI url) {
            this.url = url;
        }

        public String host() {
            return url.getHost();
        }

        public int port() {
            return url.getPort() > 0 ? url.getPort() : isTls() ? HTTPS : HTTP;
        }

        public boolean isTls() {
            return "https".equals(url.getScheme());
        }

        public URI url() {
            return url;
        }

        private void refused() {
            avoidedUntil = System.nanoTime() + AVOIDED_NS;
        }

        private boolean isAvoided() {
            return System.nanoTime() - avoidedUntil < 0;
        }
    }

    /** @param urls with scheme and host; at least one */
    public ServiceAddresses(List<URI> urls) {
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("A service needs an address");
        }
        // Many processes start with the same list; their first calls should not all go to the same address.
        List<URI> mixed = new ArrayList<>(urls);
        Collections.shuffle(mixed);
        this.all = mixed.stream().map(Address::new).toList();
    }

    /** The address of the next call. */
    public Address next() {
        Address first = inTurn();
        Address address = first;
        for (int others = all.size() - 1; others > 0 && address.isAvoided(); others--) {
            address = inTurn();
        }
        return address.isAvoided() ? first : address;
    }

    private Address inTurn() {
        return all.get(Math.floorMod(turn.getAndIncrement(), all.size()));
    }

    /**
     * Calls the next address. If it refuses the connection, nothing was sent, so another address is called once.
     *
     * @param call fails as {@link #isRefusal} says if there is no connection
     */
    public <T> Uni<T> call(Function<Address, Uni<T>> call) {
        return Uni.createFrom().deferred(() -> {
            Address address = next();
            return call.apply(address).onFailure(ServiceAddresses::isRefusal).recoverWithUni(fault -> {
                address.refused();
                Address other = next();
                return other == address
                        ? Uni.createFrom().failure(fault)
                        : call.apply(other)
                                .onFailure(ServiceAddresses::isRefusal)
                                .invoke(other::refused);
            });
        });
    }

    /** Whether no connection was opened. A full pool is no refusal. */
    public static boolean isRefusal(Throwable fault) {
        return fault instanceof ConnectException
                || fault instanceof NoRouteToHostException
                || fault instanceof UnknownHostException
                || fault instanceof ProcessingException client
                        && client.getCause() != null
                        && isRefusal(client.getCause());
    }
}

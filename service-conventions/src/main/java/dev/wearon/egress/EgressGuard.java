package dev.wearon.egress;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.vertx.UniHelper;
import io.vertx.core.Vertx;
import io.vertx.core.WorkerExecutor;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Decides whether a URL from outside may be called: https at port 443 of a host with a name, whose addresses are all public. Some
 * hosts of the operator's own network may be excepted, each with its port; these may have http and a private address, too.
 */
public final class EgressGuard {

    private static final int LONGEST_URL = 2_048;
    private static final int HTTPS = 443;
    private static final int HTTP = 80;
    private static final int MOST_LOOKUPS = 64;

    /** The last label begins with a letter, so no spelling of an IPv4 address matches: neither 127.1 nor 0x7f000001. */
    private static final Pattern NAME =
            Pattern.compile("(?=.{1,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)*[a-z]([a-z0-9-]{0,61}[a-z0-9])?");

    private final Function<String, Uni<List<InetAddress>>> resolver;
    private final Set<String> trusted;

    /** @param trusted {@code host:port} of the excepted hosts, in lower case */
    public EgressGuard(Vertx vertx, Set<String> trusted) {
        this(lookups(vertx), trusted);
    }

    /**
     * The resolver of the JDK, as for every other connection of this process. A name server that does not answer holds a thread for many
     * seconds, and anybody may have one. So look-ups have threads of their own, and other work of the process does not wait for them.
     */
    private static Function<String, Uni<List<InetAddress>>> lookups(Vertx vertx) {
        WorkerExecutor threads = vertx.createSharedWorkerExecutor("lookups", MOST_LOOKUPS);
        return host -> UniHelper.toUni(threads.executeBlocking(() -> List.of(InetAddress.getAllByName(host)), false));
    }

    /** @param resolver fails with {@link UnknownHostException} for a name that does not exist */
    public EgressGuard(Function<String, Uni<List<InetAddress>>> resolver, Set<String> trusted) {
        this.resolver = resolver;
        this.trusted = Set.copyOf(trusted);
    }

    /** The result of reading a URL. */
    public sealed interface Parsed permits Target, Refused {}

    /** The result of resolving the host of a URL. */
    public sealed interface Resolved permits Destination, Refused {}

    /**
     * A URL that may be resolved.
     *
     * @param host in lower case
     * @param path with the query, as in the URL
     * @param trusted whether the operator excepted the host
     */
    public record Target(String host, int port, boolean tls, String path, boolean trusted) implements Parsed {

        /** May contain a secret in its path. */
        @Override
        public String toString() {
            return "Target[" + host + ":" + port + "]";
        }

        /** The same text for every spelling of the same URL, without the fragment. It may be a secret. */
        public String canonical() {
            return (tls ? "https://" : "http://") + host + ":" + port + path;
        }
    }

    /** A target, and the checked address to connect to. */
    public record Destination(Target target, InetAddress address) implements Resolved {}

    /** @param why completes "The URL …", for example {@code must begin with https://} */
    public record Refused(String why) implements Parsed, Resolved {}

    /** Reads a URL. Calls no network. */
    public Parsed parse(String url) {
        if (url.length() > LONGEST_URL) {
            return new Refused("must have at most " + LONGEST_URL + " characters");
        }
        URI uri;
        try {
            uri = new URI(url);
        } catch (URISyntaxException invalid) {
            return new Refused("is not valid");
        }
        boolean tls = "https".equalsIgnoreCase(uri.getScheme());
        if (!tls && !"http".equalsIgnoreCase(uri.getScheme())) {
            return new Refused("must begin with https://");
        } else if (uri.getHost() == null) {
            return new Refused(
                    "has no valid host name. If the name has other letters, write the form that begins with xn--");
        } else if (uri.getRawUserInfo() != null) {
            return new Refused("must have no user name and no password");
        }
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        int port = uri.getPort() >= 0 ? uri.getPort() : tls ? HTTPS : HTTP;
        boolean excepted = trusted.contains(host + ":" + port);
        if (!excepted && !tls) {
            return new Refused("must begin with https://");
        } else if (!excepted && port != HTTPS) {
            return new Refused("must have the port 443");
        } else if (!excepted && !NAME.matcher(host).matches()) {
            return new Refused("must have a host name, not an address");
        }
        String path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        return new Target(host, port, tls, path + query, excepted);
    }

    /** Resolves the host once. One address that is not public refuses all of them. */
    public Uni<Resolved> resolve(Target target) {
        return resolver.apply(target.host())
                .map(addresses -> destination(target, addresses))
                .onFailure(UnknownHostException.class)
                .recoverWithItem(unknown -> new Refused("has a host that does not exist"));
    }

    private static Resolved destination(Target target, List<InetAddress> addresses) {
        return !addresses.isEmpty() && (target.trusted() || addresses.stream().allMatch(PublicAddresses::isPublic))
                ? new Destination(target, addresses.getFirst())
                : new Refused("has a host that is not in the public internet");
    }
}

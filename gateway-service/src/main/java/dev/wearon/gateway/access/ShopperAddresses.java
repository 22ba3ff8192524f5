package dev.wearon.gateway.access;

import dev.wearon.gateway.limits.LimitsConfig;
import io.netty.util.NetUtil;
import io.vertx.core.MultiMap;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The network address of a shopper behind Shopify's app proxy, for a limit and for nothing else. Nobody signs it: what a shopper
 * sends in {@code X-Forwarded-For} stands before what the proxies append, so only the entries at the end count.
 */
@Singleton
class ShopperAddresses {

    private static final String HEADER = "X-Forwarded-For";

    /** Who has one IPv6 address has 2^64 of them. */
    private static final int IPV6_PREFIX_BYTES = 8;

    private final int hops;

    @Inject
    ShopperAddresses(LimitsConfig config) {
        this(config.proxyHops());
    }

    ShopperAddresses(int hops) {
        this.hops = hops;
    }

    /**
     * An IPv4 address or the network of an IPv6 address, in hex. Empty if there are fewer entries than hops: then the last ones are of
     * servers that all shoppers share.
     */
    Optional<String> of(MultiMap headers) {
        List<String> entries = headers.getAll(HEADER).stream()
                .flatMap(line -> Stream.of(line.split(",")))
                .map(String::strip)
                .toList();
        return entries.size() < hops ? Optional.empty() : network(entries.get(entries.size() - hops));
    }

    private static Optional<String> network(String address) {
        // The library fails with an empty text.
        byte[] bytes = address.isEmpty() ? null : NetUtil.createByteArrayFromIpAddressString(address);
        return Optional.ofNullable(bytes)
                .map(all -> HexFormat.of().formatHex(all, 0, Math.min(all.length, IPV6_PREFIX_BYTES)));
    }
}

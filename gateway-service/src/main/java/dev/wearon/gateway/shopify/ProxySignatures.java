package dev.wearon.gateway.shopify;

import dev.wearon.gateway.sealing.HmacSha256;
import io.netty.handler.codec.http.QueryStringDecoder;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Checks the signature of Shopify's app proxy over the query of a call: the hex HMAC-SHA256 of {@code key=value} pairs without a
 * separator. The documentation sorts the pairs, and a library of Shopify the keys, which differs if one key is a prefix of another
 * or has capitals; both are accepted. The body is not signed.
 */
@Singleton
public class ProxySignatures {

    static final Duration TOLERANCE = Duration.ofSeconds(90);

    private static final int MOST_PARAMETERS = 50;

    private static final String SIGNATURE = "signature";
    private static final String SHOP = "shop";
    private static final String CUSTOMER = "logged_in_customer_id";
    private static final String TIMESTAMP = "timestamp";

    private static final Pattern HEX = Pattern.compile("[0-9a-f]{64}");
    private static final Pattern SECONDS = Pattern.compile("[0-9]{1,12}");
    private static final Pattern CUSTOMER_ID = Pattern.compile("[1-9][0-9]{0,18}");

    private final ShopifyApp app;
    private final InstantSource clock;

    @Inject
    ProxySignatures(ShopifyApp app) {
        this(app, InstantSource.system());
    }

    ProxySignatures(ShopifyApp app, InstantSource clock) {
        this.app = app;
        this.clock = clock;
    }

    /** This suite has no app, so nothing is signed for it. */
    public boolean isOff() {
        return app.isOff();
    }

    /**
     * @param query as it was sent; may be null
     * @return empty if it is not signed, if its time is not now, or if it names no shop, or more than one shop or customer
     */
    public Optional<ProxyCall> check(String query) {
        return Optional.ofNullable(query)
                .flatMap(ProxySignatures::parsed)
                .filter(signed -> isSigned(signed, app.secrets()))
                .filter(this::isNow)
                .flatMap(ProxySignatures::call);
    }

    static Optional<Map<String, List<String>>> parsed(String query) {
        try {
            // Without one of its parameters a query has another signature.
            return Optional.of(
                    new QueryStringDecoder(query, StandardCharsets.UTF_8, false, MOST_PARAMETERS, true).parameters());
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** Computes all four signatures, so that the time does not tell which one was close. */
    static boolean isSigned(Map<String, List<String>> query, List<byte[]> secrets) {
        Optional<byte[]> offered = once(query, SIGNATURE)
                .filter(text -> HEX.matcher(text).matches())
                .map(HexFormat.of()::parseHex);
        if (offered.isEmpty()) {
            return false;
        }
        boolean valid = false;
        for (String text : List.of(sortedByPair(query), sortedByKey(query))) {
            byte[] signed = text.getBytes(StandardCharsets.UTF_8);
            for (byte[] secret : secrets) {
                valid |= HmacSha256.matches(secret, signed, offered.get());
            }
        }
        return valid;
    }

    private static String sortedByPair(Map<String, List<String>> query) {
        return pairs(query.entrySet().stream()).sorted().collect(Collectors.joining());
    }

    private static String sortedByKey(Map<String, List<String>> query) {
        // As the library does: without regard to capitals first, then small letters before capitals.
        return pairs(query.entrySet().stream()
                        .sorted(Map.Entry.comparingByKey(
                                String.CASE_INSENSITIVE_ORDER.thenComparing((a, b) -> b.compareTo(a)))))
                .collect(Collectors.joining());
    }

    private static Stream<String> pairs(Stream<Map.Entry<String, List<String>>> query) {
        return query.filter(parameter -> !parameter.getKey().equals(SIGNATURE))
                .map(parameter -> parameter.getKey() + "=" + String.join(",", parameter.getValue()));
    }

    private boolean isNow(Map<String, List<String>> query) {
        long now = clock.instant().getEpochSecond();
        return once(query, TIMESTAMP)
                .filter(text -> SECONDS.matcher(text).matches())
                .filter(text -> Math.abs(now - Long.parseLong(text)) <= TOLERANCE.toSeconds())
                .isPresent();
    }

    /** A page may send parameters with the names of Shopify's, too: then there are two, which is refused. */
    private static Optional<ProxyCall> call(Map<String, List<String>> query) {
        Optional<String> customer = query.containsKey(CUSTOMER) ? once(query, CUSTOMER) : Optional.of("");
        Map<String, String> parameters = query.entrySet().stream()
                .filter(parameter -> parameter.getValue().size() == 1)
                .collect(Collectors.toUnmodifiableMap(
                        Map.Entry::getKey, parameter -> parameter.getValue().getFirst()));
        return customer.filter(id -> id.isEmpty() || CUSTOMER_ID.matcher(id).matches())
                .flatMap(id -> once(query, SHOP)
                        .flatMap(ShopDomain::of)
                        .map(shop -> new ProxyCall(shop, Optional.of(id).filter(text -> !text.isEmpty()), parameters)));
    }

    private static Optional<String> once(Map<String, List<String>> query, String name) {
        List<String> values = query.getOrDefault(name, List.of());
        return values.size() == 1 ? Optional.of(values.getFirst()) : Optional.empty();
    }
}

package dev.wearon.gateway.limits;

import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.limits.Window.Kind;
import dev.wearon.identity.Principal;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;
import java.util.stream.Stream;

/** Chooses the windows that count a request, by the budget of its route, its store, its shopper and its token. */
@Singleton
class BudgetWindows {

    /** 16 bytes of a SHA-256 are enough that two addresses never share a prefix by chance. */
    private static final int HASH_PREFIX_BYTES = 16;

    private record Tier(int perMinute, int perHour) {}

    private final Map<String, Tier> tiers;
    private final Tier withoutTier;
    private final int pollsPerCall;
    private final int shopperReads;
    private final OptionalInt shopperCreates;
    private final int tokenCalls;
    private final int tokenPolls;
    private final int shopperMints;
    private final int addressMints;
    private final int imports;
    private final int tokenImports;

    BudgetWindows(LimitsConfig config) {
        var minute = config.perMinute();
        var hour = config.perHour();
        this.withoutTier = new Tier(minute.withoutTier(), hour.withoutTier());
        this.tiers = Map.of(
                "starter", new Tier(minute.starter(), hour.starter()),
                "growth", new Tier(minute.growth(), hour.growth()),
                "scale", new Tier(minute.scale(), hour.scale()),
                "enterprise", new Tier(minute.enterprise(), hour.enterprise()));
        this.pollsPerCall = config.pollsPerCall();
        this.shopperReads = config.shopperReadsPerMinute();
        this.shopperCreates = config.shopperCreatesPerDay();
        this.tokenCalls = config.tokenCallsPerMinute();
        this.tokenPolls = config.tokenPollsPerMinute();
        this.shopperMints = config.storefrontTokensPerShopper();
        this.addressMints = config.storefrontTokensPerAddress();
        this.imports = config.importsPerMinute();
        this.tokenImports = config.tokenImportsPerMinute();
    }

    /**
     * @param address the network address of the shopper, if it is known
     * @return the windows of the store first, because they have the slices
     */
    List<Window> of(Budget budget, KeyCheck.Valid key, Principal.OfStore caller, Optional<String> address) {
        return switch (budget) {
            case CALLS -> calls(key, caller);
            case CREATE -> create(key, caller);
            case IMPORTS -> imports(key, caller);
            case SHOPPER ->
                caller.shopper()
                        .map(shopper -> List.of(
                                shopper(key, Kind.SHOPPER, shopper, shopperReads),
                                store(key, Kind.SHOPPERS, polls(key))))
                        .orElseGet(() -> calls(key, caller));
            case POLLS -> withToken(List.of(store(key, Kind.POLLS, polls(key))), caller, Kind.TOKEN_POLLS, tokenPolls);
            case SHOP ->
                withPrivate(
                        store(key, Kind.STOREFRONT, polls(key)),
                        caller.shopper().map(shopper -> shopper(key, Kind.SHOPPER, shopper, shopperReads)));
            case MINT ->
                withPrivate(
                        store(key, Kind.MINTS, polls(key)),
                        caller.shopper().map(shopper -> shopper(key, Kind.SHOPPER_MINTS, shopper, shopperMints)),
                        address.map(network -> shopper(key, Kind.ADDRESS_MINTS, network, addressMints)));
            case NONE -> List.of();
        };
    }

    private List<Window> calls(KeyCheck.Valid key, Principal.OfStore caller) {
        Tier tier = tier(key);
        List<Window> ofStore =
                List.of(store(key, Kind.MINUTE, tier.perMinute()), store(key, Kind.HOUR, tier.perHour()));
        return withToken(ofStore, caller, Kind.TOKEN, tokenCalls);
    }

    /** The window of imports is the first one, so that its slices are not those of the calls, which have other windows. */
    private List<Window> imports(KeyCheck.Valid key, Principal.OfStore caller) {
        List<Window> ofStore = Stream.concat(Stream.of(store(key, Kind.IMPORTS, imports)), calls(key, caller).stream())
                .toList();
        return withToken(ofStore, caller, Kind.TOKEN_IMPORTS, tokenImports);
    }

    private List<Window> create(KeyCheck.Valid key, Principal.OfStore caller) {
        List<Window> calls = calls(key, caller);
        OptionalInt perDay = key.shopperCreatesPerDay().isPresent() ? key.shopperCreatesPerDay() : shopperCreates;
        if (caller.shopper().isEmpty() || perDay.isEmpty()) {
            return calls;
        }
        return and(calls, shopper(key, Kind.SHOPPER_DAY, caller.shopper().get(), perDay.getAsInt()));
    }

    private static List<Window> withToken(List<Window> windows, Principal.OfStore caller, Kind kind, int limit) {
        return switch (caller) {
            case Principal.Store store -> windows;
            case Principal.ShopperToken token ->
                and(windows, new Window(kind, key(token.storeId(), kind) + ":" + token.tokenId(), limit));
        };
    }

    @SafeVarargs
    private static List<Window> withPrivate(Window ofStore, Optional<Window>... others) {
        return Stream.concat(Stream.of(ofStore), Stream.of(others).flatMap(Optional::stream))
                .toList();
    }

    private static List<Window> and(List<Window> windows, Window last) {
        return Stream.concat(windows.stream(), Stream.of(last)).toList();
    }

    private int polls(KeyCheck.Valid key) {
        return pollsPerCall * tier(key).perMinute();
    }

    private Tier tier(KeyCheck.Valid key) {
        return key.terms().tier().map(tiers::get).orElse(withoutTier);
    }

    private static Window store(KeyCheck.Valid key, Kind kind, int limit) {
        return new Window(kind, key(key.storeId(), kind), limit);
    }

    private static Window shopper(KeyCheck.Valid key, Kind kind, String shopper, int limit) {
        return new Window(kind, key(key.storeId(), kind) + ":" + hash(key.storeId(), shopper), limit);
    }

    /** The braces keep all windows of a store on one node of a cluster. */
    private static String key(UUID storeId, Kind kind) {
        return "wearon:limits:{" + storeId + "}:" + kind.wire();
    }

    /** Includes the store, so that the hashes do not reveal that two stores have the same shopper. */
    private static String hash(UUID storeId, String shopper) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(storeId.toString().getBytes(StandardCharsets.US_ASCII));
            byte[] hash = digest.digest(shopper.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, HASH_PREFIX_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }
}

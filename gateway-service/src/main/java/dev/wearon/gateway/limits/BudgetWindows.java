package dev.wearon.gateway.limits;

import dev.wearon.gateway.keys.KeyCheck;
import dev.wearon.gateway.limits.Window.Kind;
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

/** Chooses the windows that count a request, by the budget of its route, its store and its shopper. */
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
    }

    /** @param shopper the shopper's normalised address, if the request names one */
    List<Window> of(Budget budget, KeyCheck.Valid caller, Optional<String> shopper) {
        return switch (budget) {
            case CALLS -> calls(caller);
            case CREATE -> create(caller, shopper);
            case SHOPPER ->
                shopper.map(email -> List.of(
                                shopper(caller, Kind.SHOPPER, email, shopperReads),
                                store(
                                        caller,
                                        Kind.SHOPPERS,
                                        pollsPerCall * tier(caller).perMinute())))
                        .orElseGet(() -> calls(caller));
            case POLLS ->
                List.of(store(caller, Kind.POLLS, pollsPerCall * tier(caller).perMinute()));
            case NONE -> List.of();
        };
    }

    private List<Window> calls(KeyCheck.Valid caller) {
        Tier tier = tier(caller);
        return List.of(store(caller, Kind.MINUTE, tier.perMinute()), store(caller, Kind.HOUR, tier.perHour()));
    }

    private List<Window> create(KeyCheck.Valid caller, Optional<String> shopper) {
        List<Window> calls = calls(caller);
        OptionalInt perDay = caller.shopperCreatesPerDay().isPresent() ? caller.shopperCreatesPerDay() : shopperCreates;
        if (shopper.isEmpty() || perDay.isEmpty()) {
            return calls;
        }
        Window day = shopper(caller, Kind.SHOPPER_DAY, shopper.get(), perDay.getAsInt());
        return List.of(calls.getFirst(), calls.getLast(), day);
    }

    private Tier tier(KeyCheck.Valid caller) {
        return caller.terms().tier().map(tiers::get).orElse(withoutTier);
    }

    private static Window store(KeyCheck.Valid caller, Kind kind, int limit) {
        return new Window(kind, key(caller, kind), limit);
    }

    private static Window shopper(KeyCheck.Valid caller, Kind kind, String email, int limit) {
        return new Window(kind, key(caller, kind) + ":" + hash(caller.storeId(), email), limit);
    }

    private static String key(KeyCheck.Valid caller, Kind kind) {
        return "wearon:limits:{" + caller.storeId() + "}:" + kind.wire();
    }

    /** Includes the store, so that the hashes do not reveal that two stores have the same shopper. */
    private static String hash(UUID storeId, String email) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(storeId.toString().getBytes(StandardCharsets.US_ASCII));
            byte[] hash = digest.digest(email.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, HASH_PREFIX_BYTES);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-256", impossible);
        }
    }
}

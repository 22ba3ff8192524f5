package dev.wearon.generation.channels;

import dev.wearon.generation.charging.Charges;
import dev.wearon.generation.images.Images;
import dev.wearon.generation.scenarios.Scenario;
import dev.wearon.identity.Principal;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The channel of stores. The store's pool or a shopper's wallet pays; the objects belong to the store or its shopper. */
@Singleton
public final class B2b implements Channel {

    public static final String NAME = "b2b";

    private static final String SHOPPER = "shopper_email";
    private static final String API_KEY = "api_key_id";
    private static final String SHOPPER_TOKEN = "shopper_token_id";
    private static final String TEST = "test";

    private static final String TAKE_PLACE = "SELECT generation.take_scenario_place($1, $2) AS taken";

    private static final String LEAVE_PLACE = """
            DELETE FROM generation.scenario_places WHERE store_id = $1 AND session_id = $2
            """;

    private static final Tables TABLES = new Tables(
            "generation.store_generation_sessions",
            "store_id",
            List.of(SHOPPER, SHOPPER_TOKEN, API_KEY, TEST),
            "generation.idempotency_keys",
            "generation.store_analytics_events",
            "generation.store_daily_totals",
            "generation.store_usage",
            "generation.reconciler_mark",
            "generation.store_turns",
            "generation.claim");

    private final Charges charges;
    private final Images images;
    private final Statements statements;
    private final int unfinishedPerStore;

    B2b(
            Charges charges,
            Images images,
            Statements statements,
            @ConfigProperty(name = "wearon.sessions.unfinished-per-store") int unfinishedPerStore) {
        this.charges = charges;
        this.images = images;
        this.statements = statements;
        this.unfinishedPerStore = unfinishedPerStore;
    }

    public Owner store(UUID storeId) {
        return new Owner(this, storeId);
    }

    /** The values of the columns that only a store's sessions have. */
    public static Map<String, String> details(Principal.OfStore caller) {
        Map<String, String> details = new HashMap<>();
        caller.shopper().ifPresent(shopper -> details.put(SHOPPER, shopper));
        caller.keyId().ifPresent(key -> details.put(API_KEY, key.toString()));
        if (caller instanceof Principal.ShopperToken token) {
            details.put(SHOPPER_TOKEN, token.tokenId().toString());
        }
        if (caller.terms().test()) {
            details.put(TEST, "true");
        }
        return Map.copyOf(details);
    }

    /** Whether a session belongs to a test store. */
    public static boolean isTest(Map<String, String> details) {
        return "true".equals(details.get(TEST));
    }

    /** Whether a session of the caller's store is among those that it may read: those of its shopper, for a token. */
    public static boolean mayRead(Principal.OfStore caller, Map<String, String> details) {
        return caller.confinedTo()
                .map(owner ->
                        owner(caller.storeId(), details).filter(owner::equals).isPresent())
                .orElse(true);
    }

    /** Whom a session and its picture belong to within the store; empty: to the store alone. */
    private static Optional<UUID> owner(UUID storeId, Map<String, String> details) {
        return Principal.OfStore.owner(
                storeId,
                Optional.ofNullable(details.get(SHOPPER)),
                Optional.ofNullable(details.get(SHOPPER_TOKEN)).map(UUID::fromString));
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Tables tables() {
        return TABLES;
    }

    @Override
    public int maxUnfinished() {
        return unfinishedPerStore;
    }

    @Override
    public Optional<Scenario> scenario(String prompt, Map<String, String> details) {
        return isTest(details) ? Scenario.of(prompt) : Optional.empty();
    }

    @Override
    public Uni<Boolean> takePlace(UUID storeId, UUID sessionId) {
        return statements
                .first(TAKE_PLACE, Tuple.of(storeId, sessionId), row -> row.getBoolean("taken"))
                .map(Optional::orElseThrow);
    }

    @Override
    public Uni<Void> leavePlace(UUID storeId, UUID sessionId) {
        return statements.run(LEAVE_PLACE, Tuple.of(storeId, sessionId)).replaceWithVoid();
    }

    @Override
    public Uni<Images.Resolved> resolve(String identity, List<String> urls, Duration liveFor) {
        return images.resolve(identity, urls, liveFor);
    }

    @Override
    public Uni<Charges.Outcome> charge(String identity, UUID sessionId, int amount, String requestId) {
        return charges.charge(issuer(), identity, sessionId, amount, requestId);
    }

    @Override
    public Uni<Boolean> release(UUID storeId, UUID sessionId, String requestId) {
        return charges.release(storeId, sessionId, requestId);
    }

    @Override
    public Uni<Images.Read> read(UUID storeId, String path, String requestId) {
        return images.read(storeId, path, requestId);
    }

    @Override
    public Uni<Images.Stored> writeResult(
            UUID storeId, UUID sessionId, Map<String, String> details, byte[] jpeg, String requestId) {
        return images.writeResult(storeId, sessionId, owner(storeId, details), jpeg, requestId);
    }

    @Override
    public Uni<Boolean> publish(List<String> paths) {
        return images.publish(paths);
    }
}

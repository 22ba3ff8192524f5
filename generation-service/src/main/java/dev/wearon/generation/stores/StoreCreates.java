package dev.wearon.generation.stores;

import dev.wearon.generation.channels.B2b;
import dev.wearon.generation.models.ImageModel;
import dev.wearon.generation.models.ModelConfig;
import dev.wearon.generation.scenarios.Scenario;
import dev.wearon.generation.sessions.CreateSaga.CreateRequest;
import dev.wearon.generation.sessions.CreateSaga.Outcome;
import dev.wearon.generation.sessions.IdempotencyKeys.Key;
import dev.wearon.generation.sessions.IdempotentCreates;
import dev.wearon.generation.sessions.NewSession;
import dev.wearon.generation.sessions.Sessions;
import dev.wearon.identity.Principal;
import dev.wearon.identity.Principal.BillingMode;
import dev.wearon.jobs.WarmUp;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Checks whether the scenario is known, whether the image model can make the picture, and whether a create must name a shopper.
 * {@link IdempotentCreates} does the part that is the same for all channels.
 */
@ApplicationScoped
class StoreCreates implements WarmUp {

    private final IdempotentCreates creates;
    private final Sessions sessions;
    private final B2b b2b;
    private final ImageModel model;
    private final ModelConfig modelConfig;

    StoreCreates(IdempotentCreates creates, Sessions sessions, B2b b2b, ImageModel model, ModelConfig modelConfig) {
        this.creates = creates;
        this.sessions = sessions;
        this.b2b = b2b;
        this.model = model;
        this.modelConfig = modelConfig;
    }

    /** The row of a new store's session. */
    @Override
    public Uni<Void> warmUp() {
        return sessions.rehearseInsert(new NewSession(
                UUID.randomUUID(),
                b2b.store(UUID.randomUUID()),
                List.of("person", "garment"),
                List.of("person", "garment"),
                TryOnRequest.BUILT_IN_PROMPT,
                Optional.empty(),
                1,
                modelConfig.deadline(),
                "warm-up",
                Map.of()));
    }

    /**
     * @param identity the caller's signed identity
     * @param key the Idempotency-Key, if the client sent one
     */
    Uni<Outcome> create(
            Principal.OfStore caller, String identity, String requestId, TryOnRequest request, Optional<String> key) {
        Map<String, String> details = B2b.details(caller);
        CreateRequest create = creates.newRequest(
                b2b.store(caller.storeId()),
                identity,
                requestId,
                request.imageUrls(),
                request.prompt(),
                request.garmentType(),
                request.deadline().orElse(modelConfig.deadline()),
                details,
                unknownScenario(request, details)
                        .or(() -> beyondModel(request))
                        .or(() -> tooShort(request))
                        .or(() -> refusal(caller)));
        return creates.create(
                create, key.map(text -> new Key(create.owner(), scoped(text, caller), request.hash(caller.shopper()))));
    }

    /**
     * The key of a token is valid only within what the token may use, so two shoppers of a store never meet. A client's key has
     * no blank, so a store never sends a key with such a scope.
     */
    private static String scoped(String key, Principal.OfStore caller) {
        return caller.confinedTo().map(owner -> owner + " " + key).orElse(key);
    }

    static boolean shopperPays(Principal.OfStore caller) {
        return caller.terms().billingMode() == BillingMode.RESELL_MODE;
    }

    /**
     * The refusal is given after the row of the key was found. So the repeat of a create that an earlier model accepted is still
     * a replay.
     */
    private Optional<Outcome.NotAllowed> beyondModel(TryOnRequest request) {
        return model.capabilities()
                .refusal(request.imageUrls().size(), request.garmentType())
                .map(Outcome.NotAllowed::new);
    }

    private Optional<Outcome.NotAllowed> unknownScenario(TryOnRequest request, Map<String, String> details) {
        return b2b.scenario(request.prompt(), details)
                .filter(Scenario.Unknown.class::isInstance)
                .map(unknown -> new Outcome.NotAllowed(
                        "prompt names no known scenario. A test store has: " + Scenario.KNOWN + "."));
    }

    private Optional<Outcome.NotAllowed> tooShort(TryOnRequest request) {
        Duration least = modelConfig.leastDeadline();
        return request.deadline()
                .filter(asked -> asked.compareTo(least) < 0)
                .map(asked -> new Outcome.NotAllowed(
                        "deadline_seconds must be at least %d with the image model of this server."
                                .formatted(least.toSeconds())));
    }

    private static Optional<Outcome.NotAllowed> refusal(Principal.OfStore caller) {
        if (caller.shopper().isPresent()) {
            return Optional.empty();
        }
        if (shopperPays(caller)) {
            return Optional.of(new Outcome.NotAllowed(
                    unnamedShopper(caller) + " must name the shopper, because shoppers pay at this store."));
        }
        return caller.terms().shopperRequired()
                ? Optional.of(new Outcome.NotAllowed(
                        unnamedShopper(caller) + " must name the shopper, because this store requires it."))
                : Optional.empty();
    }

    private static String unnamedShopper(Principal.OfStore caller) {
        return switch (caller) {
            case Principal.Store ignored -> "x-shopper-email";
            case Principal.ShopperToken ignored -> "The shopper token";
        };
    }
}

package dev.wearon.credits.charges;

import dev.wearon.batching.Batcher;
import dev.wearon.credits.wallets.TestStores;
import dev.wearon.http.Problem;
import dev.wearon.identity.Principal;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;

/** Charges and releases as callers see them: checks a request, and turns its outcome into an answer or a {@link Problem}. */
@ApplicationScoped
class ChargeCalls {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Charges charges;
    private final OverageConfig prices;
    private final TestStores testStores;

    ChargeCalls(Charges charges, OverageConfig prices, TestStores testStores) {
        this.testStores = testStores;
        this.charges = charges;
        this.prices = prices;
    }

    /** @param outcome a {@link ChargeOutcome} or {@link ReleaseOutcome} in lower case */
    record Answer(String outcome) {
        private static Answer of(Enum<?> outcome) {
            return new Answer(outcome.name().toLowerCase(Locale.ROOT));
        }
    }

    /** @param request null if the caller sent none */
    Uni<Answer> charge(Principal.OfStore caller, ChargeRequest request) {
        Optional<Problem> refusal = request == null ? Optional.of(absent()) : request.refusal();
        if (refusal.isPresent()) {
            return Uni.createFrom().failure(refusal.get());
        }
        return Payer.of(caller, prices)
                .map(payer -> ofRightKind(caller)
                        .chain(() -> charges.charge(payer, request))
                        .onFailure(Batcher.Full.class)
                        .transform(ChargeCalls::busy)
                        .map(ChargeCalls::answer))
                .orElseGet(() -> Uni.createFrom()
                        .failure(Problem.invalid(
                                "The identity must name the shopper, because shoppers pay at this store.")));
    }

    /** A charge of a test store takes only test credits. Other stores are not asked about, so their charges cost nothing more. */
    private Uni<Void> ofRightKind(Principal.OfStore caller) {
        return caller.terms().test()
                ? testStores
                        .admits(caller.storeId())
                        .invoke(yes -> {
                            if (!yes) {
                                throw Problem.invalid(
                                        "The identity is of a test store, but the store has real credits.");
                            }
                        })
                        .replaceWithVoid()
                : Uni.createFrom().voidItem();
    }

    Uni<Answer> release(ReleaseRequest request) {
        Optional<Problem> refusal = request.refusal();
        if (refusal.isPresent()) {
            return Uni.createFrom().failure(refusal.get());
        }
        return charges.release(request)
                .onFailure(Batcher.Full.class)
                .transform(ChargeCalls::busy)
                .map(ChargeCalls::answer);
    }

    /** The refusal of {@code null} in the place of a request. */
    static Problem absent() {
        return Problem.invalid("The request must not be null.");
    }

    private static Problem busy(Throwable busy) {
        return Problem.unavailable("The ledger is overloaded and did not try this request.", RETRY_AFTER, busy);
    }

    private static Answer answer(ChargeOutcome outcome) {
        return switch (outcome) {
            case CHARGED, REPLAYED, RELEASED, INSUFFICIENT, DAILY_CAP_REACHED -> Answer.of(outcome);
            case FOREIGN -> throw Problem.notFound("The charge");
            case OTHER_AMOUNT ->
                throw Problem.of(
                        Problem.Code.IDEMPOTENCY_KEY_REUSED,
                        "This charge_id was charged with another amount. Send the first amount, or a new charge_id.");
        };
    }

    private static Answer answer(ReleaseOutcome outcome) {
        return switch (outcome) {
            case RELEASED, ALREADY_RELEASED, NEVER_CHARGED -> Answer.of(outcome);
            case FOREIGN -> throw Problem.notFound("The charge");
        };
    }
}

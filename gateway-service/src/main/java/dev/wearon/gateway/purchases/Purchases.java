package dev.wearon.gateway.purchases;

import dev.wearon.gateway.ledger.Answer;
import dev.wearon.gateway.ledger.Ledger;
import dev.wearon.http.Problem;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;
import org.eclipse.microprofile.rest.client.inject.RestClient;

/** Tells the ledger what is known about an order. */
@ApplicationScoped
public class Purchases {

    private final PurchasesClient client;
    private final Ledger ledger;

    Purchases(@RestClient PurchasesClient client, Ledger ledger) {
        this.client = client;
        this.ledger = ledger;
    }

    /**
     * Repeats with the same facts, or with facts that know more, are safe.
     *
     * @return does not fail
     */
    public Uni<Recorded> record(UUID storeId, PurchaseFacts facts) {
        return record(storeId, new PurchaseCall(facts, false));
    }

    /** As {@link #record}, for orders whose price never changes: another one than in the first call is {@code KeyReused}. */
    Uni<Recorded> recordAtItsPrice(UUID storeId, PurchaseFacts facts) {
        return record(storeId, new PurchaseCall(facts, true));
    }

    private Uni<Recorded> record(UUID storeId, PurchaseCall call) {
        return ledger.ask((address, identity) ->
                        client.record(address, storeId, identity, call.facts().requestId(), call))
                .map(answer -> switch (answer) {
                    case Answer.Done<Recorded.Booked>(var booked) -> booked;
                    case Answer.Refused<Recorded.Booked>(var problem) -> refused(problem);
                    case Answer.Unknown<Recorded.Booked>(var cause) -> new Recorded.Unknown(cause);
                });
    }

    private static Recorded refused(Problem problem) {
        return problem.code() == Problem.Code.IDEMPOTENCY_KEY_REUSED
                ? new Recorded.KeyReused()
                : new Recorded.Refused(problem);
    }
}

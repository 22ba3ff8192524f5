package dev.wearon.generation.charging;

import dev.wearon.http.Problem;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** The bill of a session, computed from the ledger. */
@ApplicationScoped
public class Receipts {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final CreditsClient credits;

    Receipts(CreditsClient credits) {
        this.credits = credits;
    }

    /**
     * @param paidBy {@code pool}, {@code shopper} or {@code overage}; null if nothing was ever charged
     * @param charge null if nothing was ever charged
     * @param release null if nothing came back
     * @param clawback what refunded orders took back of this charge when it was released; null if nothing
     * @param netCharge in credits: the charge without what came back
     * @param netPriceCents of an overage: its price, and 0 after it came back; null for all others
     */
    public record Receipt(
            String paidBy, Part charge, Part release, Part clawback, int netCharge, Integer netPriceCents) {

        static final Receipt NOTHING = new Receipt(null, null, null, null, 0, null);
    }

    /**
     * @param credits never negative
     * @param priceCents of an overage; null for all others
     * @param requestId of the request that moved the credits
     */
    public record Part(int credits, Integer priceCents, String requestId, Instant createdAt) {}

    /** Fails with 503 when the ledger does not answer, or is of a version without receipts. */
    public Uni<Receipt> of(UUID storeId, UUID sessionId, String requestId) {
        return credits.receipt(storeId, sessionId, requestId)
                .map(Receipts::receipt)
                .onFailure()
                .transform(fault -> Problem.unavailable("The ledger did not answer; try again.", RETRY_AFTER, fault));
    }

    private static Receipt receipt(CreditsClient.Receipt found) {
        if (found.paidBy() == null) {
            return Receipt.NOTHING;
        }
        Optional<Part> charge = part(found, List.of("deduction", "overage"));
        Optional<Part> release = part(found, List.of("refund"));
        Optional<Part> clawback = part(found, List.of("clawback"));
        Integer price = charge.map(Part::priceCents).orElse(null);
        return new Receipt(
                found.paidBy(),
                charge.orElse(null),
                release.orElse(null),
                clawback.orElse(null),
                credits(charge) - credits(release),
                price == null ? null : price - release.map(Part::priceCents).orElse(0));
    }

    /**
     * An overage moves no credits of a wallet, but stands for those of the charge. Only a clawback has several movements: one for
     * each order whose credits the charge had spent.
     */
    private static Optional<Part> part(CreditsClient.Receipt receipt, List<String> types) {
        return receipt.movements().stream()
                .filter(movement -> types.contains(movement.type()))
                .map(movement -> new Part(
                        movement.priceCents() == null ? Math.abs(movement.amount()) : receipt.credits(),
                        movement.priceCents(),
                        movement.requestId(),
                        movement.createdAt()))
                .reduce((one, more) ->
                        new Part(one.credits() + more.credits(), one.priceCents(), one.requestId(), one.createdAt()));
    }

    private static int credits(Optional<Part> part) {
        return part.map(Part::credits).orElse(0);
    }
}

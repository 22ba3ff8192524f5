package dev.wearon.gateway.orders;

import dev.wearon.gateway.orders.Decision.Shopper;
import java.math.BigDecimal;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * An order as it is stored.
 *
 * @param candidate who may have bought; nobody is known any more after a claim
 * @param bought empty until the first decision
 * @param amountPaid null until then
 * @param claimed whether the shopper is fixed
 * @param shopper whom the ledger is told; empty if nobody is known, or if the ledger knows it
 * @param toldReturned how many returned credits the ledger has confirmed; empty: it has confirmed nothing
 * @param toldClaimed whether the ledger knows the shopper
 * @param outcome the status of the purchase in the ledger's last answer, or {@code refused}
 * @param redacted whether the name of its shopper was deleted
 */
record Order(
        UUID storeId,
        String orderId,
        OrderFacts facts,
        Candidate candidate,
        OptionalInt bought,
        BigDecimal amountPaid,
        int returned,
        boolean claimed,
        Optional<Shopper> shopper,
        OptionalInt toldReturned,
        boolean toldClaimed,
        Optional<String> outcome,
        int attempts,
        boolean redacted) {

    /**
     * @param attributed the shopper of our attribute, verified
     * @param customerId digits
     * @param email normalised
     */
    record Candidate(Optional<String> attributed, Optional<String> customerId, Optional<String> email) {

        static final Candidate NOBODY = new Candidate(Optional.empty(), Optional.empty(), Optional.empty());

        /** The newer of two; what it does not know stays. */
        Candidate or(Candidate other) {
            return new Candidate(
                    attributed.or(other::attributed), customerId.or(other::customerId), email.or(other::email));
        }

        /** The customer of whom Shopify must be asked for a verified address. */
        Optional<String> asked() {
            return attributed.isPresent() ? Optional.empty() : customerId;
        }

        /** @param verified an address that Shopify has verified to be the customer's */
        Optional<Shopper> shopper(Optional<String> verified) {
            return attributed
                    .map(Shopper::named)
                    .or(() -> customerId.map(id -> new Shopper(Optional.of("shopify:" + id), verified)))
                    .or(() -> email.map(address -> new Shopper(Optional.empty(), Optional.of(address))));
        }

        @Override
        public String toString() {
            return "Candidate[]";
        }
    }

    Order knowing(OrderFacts more, Candidate buyer) {
        return new Order(
                storeId,
                orderId,
                more,
                buyer,
                bought,
                amountPaid,
                returned,
                claimed,
                shopper,
                toldReturned,
                toldClaimed,
                outcome,
                attempts,
                redacted);
    }

    /** Whether it has credits that a shopper with its token may claim. */
    boolean isUnclaimed(boolean testStore) {
        return !claimed && decision(testStore, candidate.shopper(Optional.empty())) instanceof Decision.Unclaimed;
    }

    Decision decision(boolean testStore, Optional<Shopper> known) {
        return Decision.of(facts, testStore, bought, shopper.or(() -> known));
    }

    /**
     * Whether the ledger has confirmed all of a decision. Of an order that it does not know, and whose shopper is forgotten, it is told
     * nothing until somebody claims it: its credits stay in the pool, and it does not wait for a shopper for ever.
     */
    boolean isTold(Decision decision) {
        return switch (decision) {
            case Decision.Nothing nothing -> true;
            case Decision.Unclaimed(int credits, int back) ->
                toldReturned.isPresent() ? toldReturned.getAsInt() >= back : redacted;
            case Decision.Credits(int credits, int back, Shopper who) ->
                toldReturned.isPresent() && toldReturned.getAsInt() >= back && toldClaimed;
        };
    }
}

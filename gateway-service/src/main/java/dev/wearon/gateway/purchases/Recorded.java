package dev.wearon.gateway.purchases;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.wearon.http.Problem;
import java.math.BigDecimal;
import java.util.UUID;

/** What the ledger made of the facts of an order. */
public sealed interface Recorded {

    /**
     * The order is in the ledger.
     *
     * @param granted the credits that the shopper's wallet got
     * @param returned how many of {@code credits} were given back
     * @param clawedBack how many of those the wallet has lost again
     * @param shortfall how many of those are spent, so that the wallet could not lose them
     * @param amountPaid of the first call, as {@code currency}
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Booked(
            Outcome outcome,
            UUID purchaseId,
            Status status,
            int credits,
            int granted,
            int returned,
            int clawedBack,
            int shortfall,
            BigDecimal amountPaid,
            String currency)
            implements Recorded {}

    /** An earlier call told another shopper, other credits or another fixed price. Nothing changed, and a repeat does not help. */
    record KeyReused() implements Recorded {}

    /** The ledger refused the facts for another reason. Nothing changed, and a repeat does not help. */
    record Refused(Problem problem) implements Recorded {}

    /**
     * There was no answer, so the facts may or may not be in the ledger. Repeat the call with the same facts.
     *
     * @param cause for the log
     */
    record Unknown(Throwable cause) implements Recorded {}

    /** What this call changed. */
    enum Outcome {
        /** Credits moved to the shopper's wallet. */
        @JsonProperty("processed")
        PROCESSED,
        /** The purchase waits until the pool of the store has enough credits. */
        @JsonProperty("pending")
        PENDING,
        /** The purchase waits for a shopper. */
        @JsonProperty("unclaimed")
        UNCLAIMED,
        /** More was given back than was known. */
        @JsonProperty("returned")
        RETURNED,
        /** Nothing. */
        @JsonProperty("duplicate")
        DUPLICATE
    }

    /** How far the purchase is. */
    enum Status {
        @JsonProperty("unclaimed")
        UNCLAIMED,
        @JsonProperty("pending")
        PENDING,
        @JsonProperty("completed")
        COMPLETED,
        /** All was given back before anything was granted. */
        @JsonProperty("returned")
        RETURNED
    }
}

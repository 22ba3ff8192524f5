package dev.wearon.credits.charges;

import dev.wearon.credits.ledger.RequestChecks;
import dev.wearon.http.Problem;
import java.util.Optional;
import java.util.UUID;

/**
 * A request to give a charge back to the wallet that paid it.
 *
 * @param requestId the id of the request that was charged; stored in the ledger
 */
record ReleaseRequest(UUID storeId, UUID chargeId, String requestId, String description) {

    /** The body of a request whose path names the charge. */
    record Body(String requestId, String description) {}

    /** Empty if the request is valid. */
    Optional<Problem> refusal() {
        return new RequestChecks()
                .notNull(storeId, "store_id")
                .notNull(chargeId, "charge_id")
                .requestId(requestId)
                .description(description)
                .refusal();
    }
}

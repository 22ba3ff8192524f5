package dev.wearon.credits.charges;

import dev.wearon.credits.ledger.Description;
import dev.wearon.credits.ledger.RequestKey;

/**
 * The path of the request names the charge.
 *
 * @param requestId the id of the request that was charged; stored in the ledger
 */
record ReleaseRequest(
        @RequestKey String requestId, @Description String description) {}

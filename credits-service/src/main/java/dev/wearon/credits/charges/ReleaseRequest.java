package dev.wearon.credits.charges;

import dev.wearon.credits.ledger.Description;
import dev.wearon.credits.ledger.RequestKey;

/**
 * Why a charge is given back; which one stands in the path.
 *
 * @param requestId of the request that was charged, kept in the ledger
 */
record ReleaseRequest(
        @RequestKey String requestId, @Description String description) {}

package dev.wearon.credits.charges;

import dev.wearon.credits.ledger.Description;
import dev.wearon.credits.ledger.RequestKey;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.UUID;

/**
 * What to take, from the wallet that the identity names.
 *
 * @param issuer whose charge it is; the jobs of another issuer never see it
 * @param chargeId made by the caller before anything else; a repeat carries the same
 * @param amount credits, 1 to 1,000
 * @param requestId of the request that this charge is for, kept in the ledger
 */
record ChargeRequest(
        @Issuer String issuer,
        @NotNull UUID chargeId,
        @Min(1) @Max(1000) int amount,
        @RequestKey String requestId,
        @Description String description) {

    ChargeRequest {
        issuer = issuer == null ? Issuer.DEFAULT : issuer;
    }
}

package dev.wearon.credits.charges;

import dev.wearon.credits.ledger.Description;
import dev.wearon.credits.ledger.RequestKey;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.util.UUID;

/**
 * A request to charge the wallet that the caller's signed identity names.
 *
 * @param issuer the channel that charges; jobs of other issuers never see the charge
 * @param chargeId the idempotency key, made by the caller
 * @param amount credits, 1 to 1,000
 * @param requestId the id of the request that this charge pays for; stored in the ledger
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

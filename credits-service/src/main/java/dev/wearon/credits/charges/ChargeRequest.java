package dev.wearon.credits.charges;

import dev.wearon.credits.ledger.RequestChecks;
import dev.wearon.http.Problem;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;

/**
 * A request to charge the wallet that the caller's signed identity names.
 *
 * @param issuer the channel that charges; jobs of other issuers never see the charge
 * @param chargeId the idempotency key, made by the caller
 * @param amount credits, 1 to 1,000
 * @param requestId the id of the request that this charge pays for; stored in the ledger
 */
record ChargeRequest(String issuer, UUID chargeId, int amount, String requestId, String description) {

    private static final Pattern ISSUER = Pattern.compile(Issuer.REGEXP);
    private static final int MAX_AMOUNT = 1000;

    ChargeRequest {
        issuer = issuer == null ? Issuer.DEFAULT : issuer;
    }

    /** Empty if the request is valid. */
    Optional<Problem> refusal() {
        return new RequestChecks()
                .that(ISSUER.matcher(issuer).matches(), "issuer", Issuer.MESSAGE)
                .notNull(chargeId, "charge_id")
                .that(amount >= 1, "amount", "must be greater than or equal to 1")
                .that(amount <= MAX_AMOUNT, "amount", "must be less than or equal to " + MAX_AMOUNT)
                .requestId(requestId)
                .description(description)
                .refusal();
    }
}

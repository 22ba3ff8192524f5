package dev.wearon.credits.charges;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;

/**
 * Asks for charges by their ids, of any store. A channel compares them with its sessions.
 *
 * @param issuer that channel; {@link Issuer#DEFAULT} if absent. Charges of other issuers are left out.
 */
record LookupRequest(
        @Issuer String issuer,
        @NotNull @Size(min = 1, max = LookupRequest.MAX_IDS) List<@NotNull UUID> chargeIds) {

    static final int MAX_IDS = 500;

    LookupRequest {
        issuer = issuer == null ? Issuer.DEFAULT : issuer;
    }
}

package dev.wearon.credits.charges;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;

/**
 * Which charges somebody wants to compare with what is their own, of any store.
 *
 * @param issuer who asks; charges of another one are left out
 */
record LookupRequest(
        @Issuer String issuer,
        @NotNull @Size(min = 1, max = LookupRequest.MAX_IDS) List<@NotNull UUID> chargeIds) {

    static final int MAX_IDS = 500;

    LookupRequest {
        issuer = issuer == null ? Issuer.DEFAULT : issuer;
    }
}

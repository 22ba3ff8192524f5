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
        @NotNull @Size(min = 1, max = LookupRequest.MOST) List<@NotNull UUID> chargeIds) {

    static final int MOST = 500;

    LookupRequest {
        issuer = issuer == null ? Issuer.UNNAMED : issuer;
    }
}

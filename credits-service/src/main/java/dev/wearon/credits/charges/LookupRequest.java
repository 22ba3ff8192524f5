package dev.wearon.credits.charges;

import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Size;
import java.util.List;
import java.util.UUID;

/** Which charges somebody wants to compare with what is their own, of any store. */
record LookupRequest(
        @NotNull @Size(min = 1, max = LookupRequest.MOST) List<@NotNull UUID> chargeIds) {

    static final int MOST = 500;
}

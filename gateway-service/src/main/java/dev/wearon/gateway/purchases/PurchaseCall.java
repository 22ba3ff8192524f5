package dev.wearon.gateway.purchases;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonUnwrapped;

/**
 * The body of a call to the ledger.
 *
 * @param fixedPrice whether another price than that of the first call is refused; otherwise it is ignored
 */
record PurchaseCall(
        @JsonUnwrapped PurchaseFacts facts,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean fixedPrice) {}

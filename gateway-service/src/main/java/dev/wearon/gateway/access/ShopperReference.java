package dev.wearon.gateway.access;

import dev.wearon.http.Problem;
import java.util.regex.Pattern;

/** A store's own name of a shopper. */
public final class ShopperReference {

    /**
     * Without an at sign, so that a reference is never the address of another shopper. In lower case, because the ledger does
     * not tell the cases of letters apart.
     */
    private static final Pattern USABLE = Pattern.compile("[a-z0-9][a-z0-9._:/-]{0,127}");

    /** The ledger makes such references of shoppers whose names were deleted. Nobody else may be one of them. */
    private static final String PSEUDONYM = "redacted:";

    private ShopperReference() {}

    /**
     * The reference in the field {@code shopper_ref} of a body.
     *
     * @throws Problem if it is unusable
     */
    public static String ofBody(String shopperRef) {
        if (!USABLE.matcher(shopperRef).matches()) {
            throw Problem.invalid(
                    "shopper_ref must have 1 to 128 lower-case letters, digits or . _ : / - and begin with a letter or a"
                            + " digit.");
        }
        if (shopperRef.startsWith(PSEUDONYM)) {
            throw Problem.invalid(
                    "shopper_ref must not begin with " + PSEUDONYM + ", as shoppers who are forgotten do.");
        }
        return shopperRef;
    }
}

package dev.wearon.gateway.merchant;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.identity.Principal.BillingMode;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Optional;

/**
 * A requested change of a store's configuration, checked as far as possible without the database. The order of the checks is
 * part of the contract, so annotations cannot make them.
 *
 * @param retailCreditPrice always empty if the store pays
 */
record ConfigChange(BillingMode billingMode, Optional<BigDecimal> retailCreditPrice) {

    sealed interface Parsed {
        record Valid(ConfigChange change) implements Parsed {}

        record Refused(String message) implements Parsed {}
    }

    /** @param body any JSON value, with exact numbers; a missing node means an empty body */
    static Parsed parse(JsonNode body) {
        if (!body.isObject()) {
            return new Parsed.Refused("The body must be a JSON object.");
        }
        Optional<BillingMode> mode = mode(body.path("billing_mode"));
        if (mode.isEmpty()) {
            return new Parsed.Refused("billing_mode must be absorb_mode or resell_mode.");
        }
        boolean shoppersPay = mode.get() == BillingMode.RESELL_MODE;
        JsonNode price = body.path("retail_credit_price");
        boolean given = !price.isMissingNode() && !price.isNull();
        if ((given || shoppersPay) && !isPrice(price)) {
            return new Parsed.Refused("retail_credit_price must be a number greater than 0"
                    + (shoppersPay ? ": in resell_mode shoppers pay it." : "."));
        }
        return new Parsed.Valid(
                new ConfigChange(mode.get(), shoppersPay ? Optional.of(price.decimalValue()) : Optional.empty()));
    }

    private static Optional<BillingMode> mode(JsonNode word) {
        return Arrays.stream(BillingMode.values())
                .filter(mode -> word.isTextual() && mode.wire().equals(word.textValue()))
                .findFirst();
    }

    /** Checks the price as a double, as clients see it: neither 0 nor infinite. The column accepts all of these. */
    private static boolean isPrice(JsonNode price) {
        return price.isNumber() && price.doubleValue() > 0 && Double.isFinite(price.doubleValue());
    }
}

package dev.wearon.gateway.storefront;

import java.math.BigDecimal;
import java.time.Instant;

/**
 * What the page of a shop must know.
 *
 * @param balance of the shopper; null if nobody is logged in, or if the shop pays
 * @param retailCreditPrice in the currency of the shop; null if the shop pays
 * @param cartLink puts a credit for this shopper into the cart; null like the balance, or if the shop sells none
 * @param disclosureVersion changes with the text
 * @param token null if none was asked for, or if it may not have one: the page asks for the age, the consent or the log-in again
 */
public record Storefront(
        String billingMode,
        boolean loggedIn,
        Integer balance,
        BigDecimal retailCreditPrice,
        String cartLink,
        String privacyDisclosure,
        String disclosureVersion,
        String gatewayUrl,
        String token,
        Instant expiresAt) {

    @Override
    public String toString() {
        return "Storefront[billingMode=" + billingMode + ", loggedIn=" + loggedIn + "]";
    }
}

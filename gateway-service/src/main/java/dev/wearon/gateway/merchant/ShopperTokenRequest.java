package dev.wearon.gateway.merchant;

import dev.wearon.gateway.access.ShopperEmail;
import dev.wearon.gateway.origins.AllowedOrigin;
import dev.wearon.gateway.shoppers.ShopperTokens;
import dev.wearon.http.Problem;
import dev.wearon.identity.InvisibleCharacters;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * A store's request for a shopper token. An absent field and null mean the default.
 *
 * @param shopperRef the store's own name of the shopper
 * @param expiresIn the lifetime of the token in seconds
 */
public record ShopperTokenRequest(
        String shopperEmail,
        String shopperRef,
        @NotNull String origin,
        @Min(1) @Max(20) Integer maxGenerations,
        @Min(1) @Max(900) Integer expiresIn) {

    private static final int GENERATIONS = 3;
    private static final int SECONDS = 600;

    /**
     * Without an at sign, so that a reference is never the address of another shopper. In lower case, because the ledger does
     * not tell the cases of letters apart.
     */
    private static final Pattern REFERENCE = Pattern.compile("[a-z0-9][a-z0-9._:/-]{0,127}");

    /** @throws Problem if a field is not valid */
    ShopperTokens.Request validated() {
        if (shopperEmail != null && shopperRef != null) {
            throw Problem.invalid("Send shopper_email or shopper_ref, not both: a token has one shopper.");
        }
        return new ShopperTokens.Request(
                email().or(this::reference),
                AllowedOrigin.normalised(origin)
                        .orElseThrow(
                                () -> Problem.invalid(
                                        "origin must be the origin of the page that will use the token,"
                                                + " like https://shop.example.com or http://localhost:3000: no path, no user and no"
                                                + " wildcard. If its host name has other letters, write the form that begins with xn--.")),
                maxGenerations == null ? GENERATIONS : maxGenerations,
                Duration.ofSeconds(expiresIn == null ? SECONDS : expiresIn));
    }

    private Optional<String> email() {
        if (shopperEmail == null) {
            return Optional.empty();
        }
        InvisibleCharacters.firstIn(shopperEmail).ifPresent(character -> {
            throw Problem.invalid(
                    "shopper_email contains the invisible character " + character + ". Send the address without it.");
        });
        return Optional.of(ShopperEmail.normalised(shopperEmail)
                .orElseThrow(() -> Problem.invalid("shopper_email must be one e-mail address.")));
    }

    private Optional<String> reference() {
        if (shopperRef == null) {
            return Optional.empty();
        } else if (!REFERENCE.matcher(shopperRef).matches()) {
            throw Problem.invalid(
                    "shopper_ref must have 1 to 128 lower-case letters, digits or . _ : / - and begin with a letter or a"
                            + " digit.");
        }
        return Optional.of("ref:" + shopperRef);
    }
}

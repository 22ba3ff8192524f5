package dev.wearon.gateway.merchant;

import dev.wearon.gateway.access.ShopperEmail;
import dev.wearon.gateway.access.ShopperReference;
import dev.wearon.gateway.origins.AllowedOrigin;
import dev.wearon.gateway.shoppers.ShopperTokens;
import dev.wearon.http.Problem;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import java.time.Duration;
import java.util.Optional;

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

    /** @throws Problem if a field is not valid */
    ShopperTokens.Request validated() {
        if (shopperEmail != null && shopperRef != null) {
            throw Problem.invalid("Send shopper_email or shopper_ref, not both: a token has one shopper.");
        }
        return new ShopperTokens.Request(
                Optional.ofNullable(shopperEmail).map(ShopperEmail::ofBody).or(() -> Optional.ofNullable(shopperRef)
                        .map(ref -> "ref:" + ShopperReference.ofBody(ref))),
                AllowedOrigin.normalised(origin)
                        .orElseThrow(
                                () -> Problem.invalid(
                                        "origin must be the origin of the page that will use the token,"
                                                + " like https://shop.example.com or http://localhost:3000: no path, no user and no"
                                                + " wildcard. If its host name has other letters, write the form that begins with xn--.")),
                maxGenerations == null ? GENERATIONS : maxGenerations,
                Duration.ofSeconds(expiresIn == null ? SECONDS : expiresIn));
    }
}

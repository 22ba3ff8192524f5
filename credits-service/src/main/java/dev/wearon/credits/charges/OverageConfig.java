package dev.wearon.credits.charges;

import dev.wearon.identity.Principal;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import java.util.Optional;
import java.util.Set;

/** The price in cents of a credit of overage, by subscription tier. Other tiers have no overage. */
@ConfigMapping(prefix = "wearon.overage.price-cents")
interface OverageConfig {

    @WithDefault("16")
    @Min(1)
    @Max(100000)
    int starter();

    @WithDefault("14")
    @Min(1)
    @Max(100000)
    int growth();

    @WithDefault("12")
    @Min(1)
    @Max(100000)
    int scale();

    /** The subscription statuses that allow overage. */
    Set<String> PAYING_STATUSES = Set.of("active", "trialing");

    /** @return empty unless the operator enabled overage for the store and the subscription allows it */
    default Optional<Payer.Overage> overageOf(Principal.Terms store) {
        boolean pays =
                store.subscriptionStatus().filter(PAYING_STATUSES::contains).isPresent();
        return pays
                ? store.overageCapCents()
                        .flatMap(cap ->
                                store.tier().flatMap(this::priceCents).map(price -> new Payer.Overage(price, cap)))
                : Optional.empty();
    }

    private Optional<Integer> priceCents(String tier) {
        return switch (tier) {
            case "starter" -> Optional.of(starter());
            case "growth" -> Optional.of(growth());
            case "scale" -> Optional.of(scale());
            default -> Optional.empty();
        };
    }
}

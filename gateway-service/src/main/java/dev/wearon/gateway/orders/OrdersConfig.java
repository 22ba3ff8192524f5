package dev.wearon.gateway.orders;

import dev.wearon.configuration.Bounds;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "wearon.orders")
interface OrdersConfig {

    /** They seal the shopper's name in cart links. The first one seals, all of them open. Empty: there are no cart links. */
    Optional<List<String>> shopperKeys();

    /** The interval at which the ledger is told again what it has not answered, and at which sweeps begin or go on. */
    @WithDefault("1m")
    @WithConverter(Bounds.Interval.class)
    Optional<@DurationMin(millis = 100) @DurationMax(hours = 1) Duration> every();

    /** The interval at which the orders of a shop are read again. */
    @WithDefault("1h")
    @DurationMin(seconds = 1)
    @DurationMax(days = 1)
    Duration sweepEvery();
}

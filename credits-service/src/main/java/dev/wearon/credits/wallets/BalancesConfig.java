package dev.wearon.credits.wallets;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMax;
import org.hibernate.validator.constraints.time.DurationMin;

@ConfigMapping(prefix = "wearon.ledger")
interface BalancesConfig {

    /** How long a balance that a store has read may answer its next reads. 0s: each read asks the database. */
    @WithDefault("1s")
    @DurationMin(seconds = 0)
    @DurationMax(seconds = 1)
    Duration rememberBalances();
}

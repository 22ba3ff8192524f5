package dev.wearon.credits;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.wearon.testkit.SuiteServers;
import dev.wearon.testkit.TableOptions;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** Autovacuum does not wait for a fifth of a table that grows, or that changes all the time. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class TableOptionsTest {

    private static final String GROWING = "autovacuum_analyze_scale_factor=0.02 autovacuum_analyze_threshold=10000 "
            + "autovacuum_vacuum_insert_scale_factor=0.02 autovacuum_vacuum_insert_threshold=10000";

    @Test
    void areThoseOfTablesThatGrowOrChange() throws Exception {
        assertThat(TableOptions.of("credits"))
                .containsOnly(
                        entry("charges", GROWING),
                        entry("consumer_charges", GROWING),
                        entry("consumer_credit_transactions", GROWING),
                        entry(
                                "consumer_credits",
                                "autovacuum_vacuum_scale_factor=0.02 autovacuum_vacuum_threshold=1000 fillfactor=70"),
                        entry("store_credit_transactions", GROWING),
                        entry("store_shopper_credit_transactions", GROWING),
                        entry(
                                "store_credits",
                                "autovacuum_vacuum_scale_factor=0 autovacuum_vacuum_threshold=1000 fillfactor=70"),
                        entry(
                                "store_overage",
                                "autovacuum_vacuum_scale_factor=0 autovacuum_vacuum_threshold=1000 fillfactor=70"),
                        entry(
                                "store_shopper_credits",
                                "autovacuum_vacuum_scale_factor=0.02 autovacuum_vacuum_threshold=1000 fillfactor=70"));
    }
}

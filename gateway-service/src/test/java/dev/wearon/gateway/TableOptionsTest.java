package dev.wearon.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.wearon.testkit.TableOptions;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** Autovacuum does not wait for a fifth of a table that grows, or that changes all the time. */
@QuarkusTest
class TableOptionsTest {

    private static final String OFTEN = "autovacuum_vacuum_scale_factor=0 autovacuum_vacuum_threshold=500";
    private static final String GROWING = "autovacuum_vacuum_scale_factor=0.02 autovacuum_vacuum_threshold=500";

    @Test
    void areThoseOfTablesThatGrowOrChange() throws Exception {
        assertThat(TableOptions.of("gateway"))
                .containsOnly(
                        entry("outbox", OFTEN),
                        entry("shopper_tokens", OFTEN),
                        entry("shopper_creates", OFTEN),
                        entry("anonymous_creates", OFTEN),
                        entry("incoming_webhooks", GROWING),
                        entry("webhook_messages", GROWING));
    }
}

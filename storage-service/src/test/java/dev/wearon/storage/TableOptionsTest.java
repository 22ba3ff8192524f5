package dev.wearon.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.wearon.storage.testing.WithServers;
import dev.wearon.testkit.TableOptions;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** Autovacuum does not wait for a fifth of a table that grows, or that changes all the time. */
@QuarkusTest
@WithServers
class TableOptionsTest {

    @Test
    void areThoseOfTablesThatGrowOrChange() throws Exception {
        assertThat(TableOptions.of("storage"))
                .containsOnly(
                        entry(
                                "objects",
                                "autovacuum_analyze_scale_factor=0.05 autovacuum_analyze_threshold=5000"
                                        + " autovacuum_vacuum_scale_factor=0.02 autovacuum_vacuum_threshold=5000"),
                        entry("removals", "autovacuum_vacuum_scale_factor=0 autovacuum_vacuum_threshold=1000"));
    }
}

package dev.wearon.generation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import dev.wearon.testkit.TableOptions;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

/** Autovacuum does not wait for a fifth of a table that grows, or that changes all the time. */
@QuarkusTest
@WithNeighbours
class TableOptionsTest {

    private static final String SESSIONS = "autovacuum_analyze_scale_factor=0.02 autovacuum_analyze_threshold=10000 "
            + "autovacuum_vacuum_insert_scale_factor=0.02 autovacuum_vacuum_insert_threshold=10000 "
            + "autovacuum_vacuum_scale_factor=0.01 autovacuum_vacuum_threshold=10000";

    private static final String OLD_ROWS_DELETED =
            "autovacuum_analyze_scale_factor=0.05 autovacuum_analyze_threshold=10000 "
                    + "autovacuum_vacuum_scale_factor=0.02 autovacuum_vacuum_threshold=10000";

    @Test
    void areThoseOfTablesThatGrowOrChange() throws Exception {
        assertThat(TableOptions.of("generation"))
                .containsOnly(
                        entry("ended_sessions", "autovacuum_vacuum_scale_factor=0 autovacuum_vacuum_threshold=1000"),
                        entry("idempotency_keys", OLD_ROWS_DELETED),
                        entry("store_analytics_events", OLD_ROWS_DELETED),
                        entry("store_daily_totals", "fillfactor=80"),
                        entry("store_generation_sessions", SESSIONS),
                        entry("store_turns", "autovacuum_vacuum_scale_factor=0 autovacuum_vacuum_threshold=1000"),
                        entry("store_usage", OLD_ROWS_DELETED));
    }
}

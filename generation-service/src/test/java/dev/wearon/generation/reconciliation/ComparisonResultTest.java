package dev.wearon.generation.reconciliation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.wearon.generation.reconciliation.ComparisonResult.Item;
import dev.wearon.generation.reconciliation.ReconciliationResource.Findings;
import dev.wearon.generation.reconciliation.ReconciliationResource.Report;
import dev.wearon.http.SnakeCase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ComparisonResultTest {

    private static final Item ITEM =
            new Item(UUID.randomUUID(), UUID.randomUUID(), Instant.parse("2026-11-21T10:00:00.123456Z"));

    @Test
    void countsAllAndKeepsTheFirstItems() {
        ComparisonResult result = new ComparisonResult(3);
        Item late = new Item(UUID.randomUUID(), ITEM.storeId(), ITEM.createdAt());
        result.add(Mismatch.DOUBLE_CHARGE, List.of(ITEM, ITEM));
        result.add(Mismatch.DOUBLE_CHARGE, List.of(ITEM, late));
        result.add(Mismatch.DOUBLE_CHARGE, List.of(late));
        assertThat(result.count(Mismatch.DOUBLE_CHARGE)).isEqualTo(5);
        assertThat(result.first(Mismatch.DOUBLE_CHARGE)).containsExactly(ITEM, ITEM, ITEM);
        assertThat(result.count(Mismatch.RESULT_OBJECT_MISSING)).isZero();
    }

    /** The gateway refuses a response of more than 1 MiB. */
    @Test
    void keepsTheLargestReportBelowTheGatewaysLimit() throws JsonProcessingException {
        ComparisonResult result = new ComparisonResult(1000);
        for (Mismatch mismatch : Mismatch.values()) {
            result.add(mismatch, Collections.nCopies(2000, ITEM));
        }
        Report report = new Report(
                ITEM.createdAt(),
                ITEM.createdAt(),
                Long.MAX_VALUE,
                Long.MAX_VALUE,
                ComparisonResult.perMismatch(mismatch -> new Findings(Long.MAX_VALUE, result.first(mismatch))));
        ObjectMapper mapper = new ObjectMapper().registerModule(new JavaTimeModule());
        new SnakeCase().customize(mapper);
        String json = mapper.writeValueAsString(report);
        assertThat(json).contains("\"double_charge\":{\"count\":", "\"created_at\":\"2026-11-21T10:00:00.123456Z\"");
        assertThat(json.getBytes(StandardCharsets.UTF_8).length).isLessThan(1024 * 1024);
    }
}

package dev.wearon.credits.reports;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.credits.Calls;
import dev.wearon.credits.LedgerWriter;
import dev.wearon.testkit.SuiteServers;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.ResourceArg;
import io.quarkus.test.junit.QuarkusTest;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After random steps the totals of a store are the expected ones, without differences. */
@QuarkusTest
@QuarkusTestResource(value = SuiteServers.class, initArgs = @ResourceArg(name = "service", value = "credits"))
class RandomStepsTest {

    private static final int STEPS = 60;

    private final UUID storeId = Calls.newId();
    private final Map<String, Integer> expected = new HashMap<>();
    private final List<UUID> poolCharges = new ArrayList<>();
    private final List<UUID> shopperCharges = new ArrayList<>();
    private final List<UUID> overages = new ArrayList<>();

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void totalsAreCorrectAfterRandomSteps(long seed) throws Exception {
        Random random = new Random(seed);
        for (String sum : List.of(
                "purchased",
                "granted",
                "pool",
                "held_by_shoppers",
                "spent",
                "refunded",
                "overage_cents",
                "pending",
                "unclaimed",
                "clawed_back",
                "shortfall")) {
            expected.put(sum, 0);
        }
        grant("purchase", "purchased", 200);
        try (LedgerWriter writer = new LedgerWriter(storeId)) {
            UUID shopper = writer.shopper("anna@example.test");
            for (int step = 0; step < STEPS; step++) {
                step(random, writer, shopper);
            }
        }

        Map<String, Object> totals = ReportCalls.totals(storeId);

        assertThat(totals).containsAllEntriesOf(expected).containsEntry("differences", ReportCalls.NO_DIFFERENCES);
        assertThat(totals).hasSize(14).containsEntry("test", false);
        assertThat(ReportCalls.disagreements(storeId)).isEmpty();
    }

    private void step(Random random, LedgerWriter writer, UUID shopper) throws SQLException {
        int size = 1 + random.nextInt(3);
        switch (random.nextInt(9)) {
            case 0 -> grant("purchase", "purchased", size);
            case 1 -> grant("subscription", "granted", size);
            case 2 -> {
                UUID chargeId = Calls.newId();
                assertThat(Calls.outcome(Calls.charge(storeId, chargeId, 1))).isEqualTo("charged");
                poolCharges.add(chargeId);
                moved("spent", 1, "pool", -1);
            }
            case 3 -> {
                if (!poolCharges.isEmpty()) {
                    Calls.outcome(Calls.release(storeId, poolCharges.removeLast()));
                    moved("refunded", 1, "pool", 1);
                }
            }
            case 4 -> {
                writer.purchase(shopper, size);
                moved("pool", -size, "held_by_shoppers", size);
            }
            case 5 -> {
                if (expected.get("held_by_shoppers") > 0) {
                    shopperCharges.add(writer.shopperCharge(shopper, 1));
                    moved("spent", 1, "held_by_shoppers", -1);
                }
            }
            case 6 -> {
                if (!shopperCharges.isEmpty()) {
                    writer.shopperRelease(shopper, shopperCharges.removeLast(), 1);
                    moved("refunded", 1, "held_by_shoppers", 1);
                }
            }
            case 7 -> {
                // The purchase is larger than every pool of this test, so no top-up completes it.
                int tooMany = 1_000_000 + size;
                writer.pendingPurchase(shopper, tooMany);
                // A tombstone has no wallet and must not appear in a sum.
                Calls.outcome(Calls.release(storeId, Calls.newId()));
                moved("pending", tooMany, "pending", 0);
            }
            default -> {
                if (random.nextBoolean() || overages.isEmpty()) {
                    overages.add(writer.overage(16));
                    moved("overage_cents", 16, "pool", 0);
                } else {
                    writer.voidOverage(overages.removeLast(), 16);
                    moved("overage_cents", -16, "pool", 0);
                }
            }
        }
    }

    private void grant(String type, String sum, int credits) {
        Calls.grant(storeId, Calls.newId().toString(), credits, type).then().statusCode(201);
        moved(sum, credits, "pool", credits);
    }

    private void moved(String one, int by, String other, int otherBy) {
        expected.merge(one, by, Integer::sum);
        expected.merge(other, otherBy, Integer::sum);
    }

    @Test
    void aReportIsOneSnapshotWhileChargesGoOn() throws Exception {
        Calls.grant(storeId, "first", 1000, "purchase").then().statusCode(201);
        AtomicBoolean reported = new AtomicBoolean();
        Callable<Boolean> spend = () -> {
            while (!reported.get()) {
                UUID chargeId = Calls.newId();
                Calls.charge(storeId, chargeId, 1).then().statusCode(200);
                Calls.release(storeId, chargeId).then().statusCode(200);
            }
            return true;
        };
        Callable<Boolean> report = () -> {
            try {
                for (int i = 0; i < 8; i++) {
                    assertThat(ReportCalls.totals(storeId)).containsEntry("differences", ReportCalls.NO_DIFFERENCES);
                    assertThat(ReportCalls.disagreements(storeId)).isEmpty();
                }
            } finally {
                reported.set(true);
            }
            return true;
        };

        assertThat(Calls.runTogether(List.of(spend, spend, spend, report))).containsOnly(true);
        assertThat((Integer) ReportCalls.totals(storeId).get("refunded")).isPositive();
    }
}

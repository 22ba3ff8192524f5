package dev.wearon.drill;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.local.suite.Layout;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class FaultPlanTest {

    private static final List<String> REPLICAS = List.of("gateway-service-2", "worker-1");

    /** Each program is killed and paused once, each service is stopped once, and Redis is emptied once. */
    private static final int DECK_SIZE = 3 * (FaultPlan.PROGRAMS.size() + REPLICAS.size()) - 2 + 1;

    @Test
    void dependsOnlyOnTheSeed() {
        assertThat(rounds(7, 100)).isEqualTo(rounds(7, 100)).isNotEqualTo(rounds(8, 100));
    }

    @Test
    void repeatsNoFaultBeforeAllHaveOccurred() {
        List<String> first = rounds(7, DECK_SIZE).stream()
                .flatMap(round -> round.faults().stream())
                .limit(DECK_SIZE)
                .map(fault -> fault.getClass().getSimpleName() + " " + fault.program())
                .toList();
        assertThat(first).doesNotHaveDuplicates();
        assertThat(FaultPlan.PROGRAMS).hasSize(6).allSatisfy(program -> assertThat(first)
                .contains("Kill " + program, "Pause " + program));
        assertThat(Stream.concat(Layout.SERVICES.stream(), REPLICAS.stream())).allSatisfy(program -> assertThat(first)
                .contains("Kill " + program, "Pause " + program, "Stop " + program));
        assertThat(first).contains("EmptyRedis " + Layout.REDIS);
    }

    @Test
    void injectsOneFaultPerRoundAndSometimesTwoOfDifferentPrograms() {
        List<FaultPlan.Round> rounds = rounds(7, 500);
        assertThat(rounds).allSatisfy(round -> {
            assertThat(round.faults()).hasSizeBetween(1, 2);
            assertThat(round.faults()).extracting(Fault::program).doesNotHaveDuplicates();
        });
        // The expected number is about 90. The range is so wide that another seed passes too.
        assertThat(rounds.stream().filter(round -> round.faults().size() == 2).count())
                .isBetween(25L, 200L);
    }

    @Test
    void pausesForOneToSixSeconds() {
        List<Duration> pauses = rounds(7, 500).stream()
                .flatMap(round -> round.faults().stream())
                .filter(Fault.Pause.class::isInstance)
                .map(fault -> ((Fault.Pause) fault).length())
                .toList();
        assertThat(pauses).isNotEmpty().allSatisfy(pause -> assertThat(pause)
                .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(6)));
    }

    private static List<FaultPlan.Round> rounds(long seed, int count) {
        FaultPlan plan = new FaultPlan(seed, REPLICAS);
        return Stream.generate(plan::next).limit(count).toList();
    }
}

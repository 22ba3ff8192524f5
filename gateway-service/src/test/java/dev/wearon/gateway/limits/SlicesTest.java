package dev.wearon.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.limits.Slices.Slice;
import dev.wearon.gateway.limits.Verdict.WindowState;
import dev.wearon.gateway.limits.Window.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlicesTest {

    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    /** System.nanoTime may be negative. */
    private static final long NOW = -30 * SECOND;

    private final Slices slices = new Slices(4, 1_000);
    private final List<Window> calls = calls(8_000, 100_000_000);
    private final Slice slice = slices.of(calls);

    private static List<Window> calls(int perMinute, int perHour) {
        return List.of(new Window(Kind.MINUTE, "minute", perMinute), new Window(Kind.HOUR, "hour", perHour));
    }

    private static Verdict answer(List<Window> windows, int counted, int left) {
        return new Verdict(
                counted,
                1_000_000,
                windows.stream()
                        .map(window -> new WindowState(window, left, 1_060_000))
                        .toList());
    }

    private static List<Integer> left(Verdict verdict) {
        return verdict.windows().stream().map(WindowState::left).toList();
    }

    @ParameterizedTest
    @CsvSource({"8000, 100000000, 100", "8000, 60000, 12", "600, 100000000, 1", "601, 100000000, 7", "8000, 36000, 1"})
    void areATwentiethOfWhatEachWindowAllowsAMinuteForAllGateways(int perMinute, int perHour, int size) {
        assertThat(slices.size(calls(perMinute, perHour))).isEqualTo(size);
    }

    @Test
    void neverIncludeAWindowOfAShopper() {
        List<Window> reads = List.of(
                new Window(Kind.SHOPPER, "shopper", 1_000_000), new Window(Kind.SHOPPERS, "shoppers", 1_000_000));
        List<Window> create =
                List.of(calls.getFirst(), calls.getLast(), new Window(Kind.SHOPPER_DAY, "shopper-day", 1_000_000_000));
        assertThat(slices.size(reads)).isEqualTo(1);
        assertThat(slices.size(create)).isEqualTo(1);
    }

    @Test
    void neverIncludeAWindowOfAToken() {
        List<Window> polls =
                List.of(new Window(Kind.POLLS, "polls", 1_000_000), new Window(Kind.TOKEN_POLLS, "token", 1_000_000));
        assertThat(slices.size(polls)).isEqualTo(1);
    }

    @Test
    void areSmallerForMoreGateways() {
        assertThat(new Slices(100, 10).size(calls)).isEqualTo(4);
        assertThat(new Slices(1_000, 10).size(calls)).isEqualTo(1);
    }

    @Test
    void passOneCallAfterTheOtherUntilTheyAreUsedUp() {
        assertThat(slice.take(calls, NOW)).isEmpty();
        assertThat(left(slice.begin(answer(calls, 3, 50), NOW))).containsExactly(52, 52);
        Verdict second = slice.take(calls, NOW + SECOND).orElseThrow();
        assertThat(second.passes()).isTrue();
        assertThat(left(second)).containsExactly(51, 51);
        assertThat(second.nowMs()).isEqualTo(1_001_000);
        assertThat(left(slice.take(calls, NOW + SECOND).orElseThrow())).containsExactly(50, 50);
        assertThat(slice.take(calls, NOW + SECOND)).isEmpty();
    }

    @Test
    void endWithTheirShortestWindow() {
        slice.begin(answer(calls, 3, 50), NOW);
        assertThat(slice.take(calls, NOW + 60 * SECOND - 1)).isPresent();
        assertThat(slice.take(calls, NOW + 60 * SECOND)).isEmpty();
        assertThat(left(slices.withUnused(answer(calls, 1, 50), NOW + 60 * SECOND)))
                .containsExactly(50, 50);
    }

    @Test
    void endWithAChangeOfALimit() {
        slice.begin(answer(calls, 3, 50), NOW);
        assertThat(slice.take(calls(7_000, 100_000_000), NOW)).isEmpty();
        assertThat(slice.ask(calls(7_000, 100_000_000), NOW)).isTrue();
    }

    @Test
    void areAskedForByOneRequestAtATime() {
        assertThat(slice.ask(calls, NOW)).isTrue();
        assertThat(slice.ask(calls, NOW)).isFalse();
        slice.notAsked();
        assertThat(slice.ask(calls, NOW)).isTrue();
        slice.begin(answer(calls, 2, 50), NOW);
        // Another thread has begun a slice meanwhile.
        assertThat(slice.ask(calls, NOW)).isFalse();
        slice.take(calls, NOW);
        assertThat(slice.ask(calls, NOW)).isTrue();
    }

    @Test
    void areNotAskedForWithinAMinuteOfALostOne() {
        assertThat(slice.ask(calls, NOW)).isTrue();
        slice.lost(NOW);
        assertThat(slice.ask(calls, NOW + 60 * SECOND - 1)).isFalse();
        assertThat(slice.ask(calls, NOW + 60 * SECOND)).isTrue();
    }

    @Test
    void addTheirUnusedCallsToWhatRedisHasLeft() {
        slice.begin(answer(calls, 11, 50), NOW);
        List<Window> withShopper =
                List.of(calls.getFirst(), calls.getLast(), new Window(Kind.SHOPPER_DAY, "shopper-day", 5));
        assertThat(left(slices.withUnused(answer(withShopper, 1, 4), NOW))).containsExactly(14, 14, 4);
        assertThat(left(slices.withUnused(answer(withShopper, 0, 0), NOW))).containsExactly(0, 0, 0);
    }
}

package dev.wearon.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Random;
import org.junit.jupiter.api.Test;

class SlidingWindowTest {

    private static final long SECOND = 1_000;
    private static final long BEGIN = 1_800_000_000_000L;

    private final SlidingWindow minute = new SlidingWindow(SECOND);

    private boolean take(int limit, long atMs) {
        boolean passes = minute.total(BEGIN + atMs) < limit;
        if (passes) {
            minute.add();
        }
        return passes;
    }

    private long nextMs(int limit, long atMs) {
        minute.total(BEGIN + atMs);
        return minute.nextMs(limit, BEGIN + atMs) - BEGIN;
    }

    @Test
    void dropsACallWhenItsBucketExpires() {
        assertThat(take(1, 999)).isTrue();
        assertThat(take(1, 60_999)).isFalse();
        assertThat(take(1, 61_000)).isTrue();
        assertThat(take(1, 61_000)).isFalse();
    }

    /** Compares with a list of all counted calls, under random traffic with gaps. */
    @Test
    void neverExceedsTheLimitInAnyPeriodOfTheWindowsLength() {
        Random random = new Random(6);
        Deque<Long> passed = new ArrayDeque<>();
        long now = 0;
        int refused = 0;
        for (int call = 0; call < 100_000; call++) {
            now += random.nextInt(1_000) == 0 ? random.nextInt(200_000) : random.nextInt(4_000);
            while (!passed.isEmpty() && passed.peekFirst() / SECOND + Window.BUCKETS < now / SECOND) {
                passed.removeFirst();
            }
            boolean passes = take(20, now);
            assertThat(passes).isEqualTo(passed.size() < 20);
            if (passes) {
                passed.addLast(now);
            } else {
                refused++;
                assertThat(nextMs(20, now)).isEqualTo((passed.peekFirst() / SECOND + 61) * SECOND);
            }
        }
        assertThat(refused).isBetween(10_000, 90_000);
    }

    @Test
    void returnsWhenTheWindowIsEmptyAgainIfCallsAreLeft() {
        assertThat(nextMs(3, 100)).isEqualTo(100);
        take(3, 500);
        take(3, 30_500);
        assertThat(nextMs(3, 40_000)).isEqualTo(91_000);
    }

    @Test
    void appliesALoweredLimitToEarlierCalls() {
        take(9, 0);
        take(9, 10_000);
        take(9, 20_000);
        take(9, 30_000);
        assertThat(take(2, 40_000)).isFalse();
        assertThat(nextMs(2, 40_000)).isEqualTo(81_000);
        assertThat(take(2, 80_999)).isFalse();
        assertThat(take(2, 81_000)).isTrue();
    }

    @Test
    void keepsItsTimeIfTheClockGoesBack() {
        take(2, 100_000);
        assertThat(take(2, 20_000)).isTrue();
        assertThat(take(2, 20_000)).isFalse();
        assertThat(take(2, 160_999)).isFalse();
        assertThat(take(2, 161_000)).isTrue();
    }
}

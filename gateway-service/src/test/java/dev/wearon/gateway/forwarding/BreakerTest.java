package dev.wearon.gateway.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private static Breaker opened(Duration pause) {
        Breaker breaker = new Breaker("test", 3, pause);
        for (int i = 0; i < 3; i++) {
            assertThat(breaker.mayGo()).isTrue();
            breaker.missed();
        }
        assertThat(breaker.isOpen()).isTrue();
        return breaker;
    }

    @Test
    void staysClosedAsLongAsSomethingIsAnsweredBetweenTheFailures() {
        Breaker breaker = new Breaker("test", 3, LONG);
        for (int i = 0; i < 100; i++) {
            breaker.missed();
            breaker.missed();
            breaker.answered();
        }
        assertThat(breaker.mayGo()).isTrue();
    }

    @Test
    void letsNobodyThroughDuringThePause() {
        assertThat(opened(LONG).mayGo()).isFalse();
    }

    @Test
    void letsOneThroughAfterThePauseHoweverManyCome() throws Exception {
        int callers = 64;
        for (int round = 0; round < 50; round++) {
            Breaker breaker = opened(Duration.ofMillis(1));
            while (!breaker.mayGo()) {
                Thread.onSpinWait();
            }
            AtomicInteger passed = new AtomicInteger();
            CountDownLatch start = new CountDownLatch(1);
            long startedAt;
            try (var pool = Executors.newFixedThreadPool(8)) {
                for (int i = 0; i < callers; i++) {
                    pool.execute(() -> {
                        awaitStart(start);
                        if (breaker.mayGo()) {
                            passed.incrementAndGet();
                        }
                    });
                }
                startedAt = System.nanoTime();
                start.countDown();
            }
            long pauses = Duration.ofNanos(System.nanoTime() - startedAt).toMillis() + 2;
            assertThat((long) passed.get()).isLessThanOrEqualTo(pauses);
        }
    }

    private static void awaitStart(CountDownLatch start) {
        try {
            start.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The outcome of the one call may never be told, as when its client hangs up. */
    @Test
    void letsTheNextThroughWhenNothingIsHeardOfTheFirst() {
        Breaker breaker = opened(Duration.ofMillis(1));
        for (int i = 0; i < 3; i++) {
            while (!breaker.mayGo()) {
                Thread.onSpinWait();
            }
        }
        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    void closesWithTheFirstAnswerAndCountsAfresh() {
        Breaker breaker = opened(LONG);
        breaker.answered();
        assertThat(breaker.isOpen()).isFalse();
        breaker.missed();
        breaker.missed();
        assertThat(breaker.mayGo()).isTrue();
        breaker.missed();
        assertThat(breaker.mayGo()).isFalse();
    }
}

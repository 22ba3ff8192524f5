package dev.wearon.gateway.forwarding;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class BreakerTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private static Breaker opened(Duration delay) {
        Breaker breaker = new Breaker("test", 3, delay);
        for (int i = 0; i < 3; i++) {
            assertThat(breaker.allowsCall()).isTrue();
            breaker.failed();
        }
        assertThat(breaker.isOpen()).isTrue();
        return breaker;
    }

    @Test
    void staysClosedIfASuccessInterruptsTheFailures() {
        Breaker breaker = new Breaker("test", 3, LONG);
        for (int i = 0; i < 100; i++) {
            breaker.failed();
            breaker.failed();
            breaker.succeeded();
        }
        assertThat(breaker.allowsCall()).isTrue();
    }

    @Test
    void allowsNoCallDuringTheDelay() {
        assertThat(opened(LONG).allowsCall()).isFalse();
    }

    @Test
    void allowsOneCallAfterTheDelay() throws Exception {
        int callers = 64;
        for (int round = 0; round < 50; round++) {
            Breaker breaker = opened(Duration.ofMillis(1));
            while (!breaker.allowsCall()) {
                Thread.onSpinWait();
            }
            AtomicInteger passed = new AtomicInteger();
            CountDownLatch start = new CountDownLatch(1);
            long startedAt;
            try (var pool = Executors.newFixedThreadPool(8)) {
                for (int i = 0; i < callers; i++) {
                    pool.execute(() -> {
                        awaitStart(start);
                        if (breaker.allowsCall()) {
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

    /** A call may report no outcome, for example if its client disconnects. */
    @Test
    void allowsTheNextCallIfTheFirstReportsNoOutcome() {
        Breaker breaker = opened(Duration.ofMillis(1));
        for (int i = 0; i < 3; i++) {
            while (!breaker.allowsCall()) {
                Thread.onSpinWait();
            }
        }
        assertThat(breaker.isOpen()).isTrue();
    }

    @Test
    void closesWithTheFirstSuccessAndResetsItsCounter() {
        Breaker breaker = opened(LONG);
        breaker.succeeded();
        assertThat(breaker.isOpen()).isFalse();
        breaker.failed();
        breaker.failed();
        assertThat(breaker.allowsCall()).isTrue();
        breaker.failed();
        assertThat(breaker.allowsCall()).isFalse();
    }
}

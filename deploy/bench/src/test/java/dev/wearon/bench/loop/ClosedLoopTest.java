package dev.wearon.bench.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ClosedLoopTest {

    private static final Duration LONG = Duration.ofMinutes(1);

    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicInteger open = new AtomicInteger();
    private int maxCalls = Integer.MAX_VALUE;

    @Test
    void makesAsManyCallsAsItMayAndCountsEach() throws Exception {
        maxCalls = 100;
        Measurement measured = ClosedLoop.run(side(() -> {}), 3, Duration.ZERO, LONG, LONG);
        assertThat(calls).hasValue(100);
        assertThat(measured.answered()).isEqualTo(100);
        assertThat(measured.latencies().getTotalCount()).isEqualTo(100);
        assertThat(open).hasValue(0);
    }

    @Test
    void measuresOnlyWhatIsAnsweredAfterTheWarmUp() throws Exception {
        Measurement measured =
                ClosedLoop.run(side(() -> Thread.sleep(2)), 2, Duration.ofMillis(500), Duration.ofMillis(500), LONG);
        assertThat(measured.answered()).isEqualTo(calls.get());
        assertThat(measured.latencies().getTotalCount()).isPositive().isLessThan(calls.get());
        assertThat(measured.latencies().getMinValue()).isGreaterThanOrEqualTo(1_900_000);
        assertThat(measured.seconds()).isBetween(0.5, 30.0);
    }

    @Test
    void countsRefusedCallsApartAndGoesOn() throws Exception {
        maxCalls = 10;
        Measurement measured = ClosedLoop.run(
                side(() -> {
                    if (calls.get() % 2 == 0) {
                        throw new Side.Refused("503");
                    }
                }),
                1,
                Duration.ZERO,
                LONG,
                LONG);
        assertThat(measured.refused()).isEqualTo(5);
        assertThat(measured.answered()).isEqualTo(5);
    }

    @Test
    void keepsWhatASideHasMeasuredApartFromItsNextTurn() throws Exception {
        maxCalls = 10;
        Histogram ofTheSide = new Histogram(3);
        Side side = new TestSide(() -> ofTheSide.recordValue(1)) {
            @Override
            public Optional<Histogram> latencies() {
                return Optional.of(ofTheSide);
            }
        };
        Measurement measured = ClosedLoop.run(side, 1, Duration.ZERO, LONG, LONG);
        ofTheSide.recordValue(1);
        assertThat(measured.latencies().getTotalCount()).isEqualTo(10);
    }

    @Test
    void endsAtAWrongAnswerAndClosesAllClients() {
        Side wrong = side(() -> {
            if (calls.get() == 50) {
                throw new IOException("the server answered 500");
            }
        });
        assertThatThrownBy(() -> ClosedLoop.run(wrong, 4, Duration.ofMillis(1), LONG, LONG))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("the server answered 500");
        assertThat(open).hasValue(0);
    }

    @Test
    void reportsAWrongAnswerAlsoWhileAnotherClientWaits() {
        CountDownLatch closed = new CountDownLatch(1);
        Side side =
                new TestSide(() -> {
                    if (calls.get() == 1) {
                        closed.await();
                    } else {
                        throw new IOException("the server answered 500");
                    }
                }) {
                    @Override
                    void close() {
                        super.close();
                        closed.countDown();
                    }
                };
        Duration wait = Duration.ofSeconds(30);
        assertThatThrownBy(() -> ClosedLoop.run(side, 2, Duration.ZERO, wait, wait))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("the server answered 500");
    }

    @Test
    void endsWhenAnAnswerDoesNotCome() {
        CountDownLatch closed = new CountDownLatch(1);
        Side hanging = new TestSide(closed::await) {
            @Override
            void close() {
                super.close();
                closed.countDown();
            }
        };
        assertThatThrownBy(
                        () -> ClosedLoop.run(hanging, 1, Duration.ZERO, Duration.ofMillis(10), Duration.ofMillis(50)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("not answered");
        assertThat(open).hasValue(0);
    }

    private Side side(Call call) {
        return new TestSide(call);
    }

    @FunctionalInterface
    private interface Call {
        void make() throws Exception;
    }

    private class TestSide implements Side {

        private final Call call;

        TestSide(Call call) {
            this.call = call;
        }

        void close() {
            open.decrementAndGet();
        }

        @Override
        public String name() {
            return "test";
        }

        @Override
        public int maxCalls() {
            return maxCalls;
        }

        @Override
        public Map<String, ProcessHandle> processes() {
            return Map.of();
        }

        @Override
        public Client connect() {
            open.incrementAndGet();
            return new Client() {
                @Override
                public void call() throws Exception {
                    calls.incrementAndGet();
                    call.make();
                }

                @Override
                public void close() {
                    TestSide.this.close();
                }
            };
        }
    }
}

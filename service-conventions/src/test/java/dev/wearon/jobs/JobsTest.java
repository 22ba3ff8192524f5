package dev.wearon.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JobsTest {

    private static final Duration OFTEN = Duration.ofMillis(2);
    private static final long TIMEOUT_SECONDS = 20;

    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final List<Jobs> started = new ArrayList<>();
    private final Logger logger = Logger.getLogger(Jobs.class.getName());
    private final Log log = new Log();

    /** Records log lines as level and text. */
    private static final class Log extends Handler {

        private final Queue<String> said = new ConcurrentLinkedQueue<>();

        @Override
        public void publish(LogRecord line) {
            said.add((line.getLevel().intValue() >= Level.WARNING.intValue() ? "warning " : "")
                    + (line.getParameters() == null
                            ? line.getMessage()
                            : String.format(line.getMessage(), line.getParameters()))
                    + (line.getThrown() == null ? "" : ": " + line.getThrown()));
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    }

    /** A job whose rounds are numbered from one. */
    private static final class Job implements RecurringJob {

        private final Optional<Duration> every;
        private final IntFunction<Uni<?>> work;
        private final CountDownLatch rounds;
        private final AtomicInteger begun = new AtomicInteger();

        private Job(Duration every, int rounds, IntFunction<Uni<?>> work) {
            this.every = Optional.ofNullable(every);
            this.rounds = new CountDownLatch(rounds);
            this.work = work;
        }

        @Override
        public String name() {
            return "test-" + System.identityHashCode(this);
        }

        @Override
        public Optional<Duration> every() {
            return every;
        }

        @Override
        public Uni<?> runOnce() {
            int round = begun.incrementAndGet();
            rounds.countDown();
            return work.apply(round);
        }

        private void awaitRounds() throws InterruptedException {
            assertThat(rounds.await(TIMEOUT_SECONDS, TimeUnit.SECONDS))
                    .as("rounds that are left: %d", rounds.getCount())
                    .isTrue();
        }
    }

    @BeforeEach
    void listen() {
        logger.addHandler(log);
    }

    @AfterEach
    void stop() {
        started.forEach(jobs -> jobs.stop(null));
        logger.removeHandler(log);
    }

    private Jobs run(RecurringJob... jobs) {
        Jobs running = new Jobs(List.of(jobs), metrics);
        started.add(running);
        running.start(null);
        return running;
    }

    private static Uni<?> nothing(int round) {
        return Uni.createFrom().voidItem();
    }

    private double rounds(Job job, String outcome) {
        var counter = metrics.find("wearon.job.rounds")
                .tags("job", job.name(), "outcome", outcome)
                .counter();
        return counter == null ? 0 : counter.count();
    }

    @Test
    void repeatsAtItsInterval() throws Exception {
        Instant begun = Instant.now();
        Job job = new Job(Duration.ofMillis(50), 10, JobsTest::nothing);
        run(job);
        job.awaitRounds();
        assertThat(Duration.between(begun, Instant.now())).isBetween(Duration.ofMillis(400), Duration.ofSeconds(15));
    }

    @Test
    void startsNoRoundWhileAnotherRuns() throws Exception {
        AtomicInteger underWay = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        Job slow = new Job(OFTEN, 10, round -> {
            most.accumulateAndGet(underWay.incrementAndGet(), Math::max);
            return Uni.createFrom()
                    .voidItem()
                    .onItem()
                    .delayIt()
                    .by(OFTEN.multipliedBy(10))
                    .invoke(underWay::decrementAndGet);
        });
        run(slow);
        slow.awaitRounds();
        assertThat(most).hasValue(1);
    }

    @Test
    void runsOtherJobsWhileOneNeverEnds() throws Exception {
        Job endless = new Job(OFTEN, 1, round -> Uni.createFrom().nothing());
        Job other = new Job(OFTEN, 10, JobsTest::nothing);
        run(endless, other);
        endless.awaitRounds();
        other.awaitRounds();
        assertThat(endless.begun).hasValue(1);
    }

    @Test
    void continuesAfterAFailureAndLogsEachReasonOnceAndTheRecovery() throws Exception {
        Job failing = new Job(OFTEN, 8, round -> switch (round) {
            case 1 -> throw new IllegalStateException("before it began");
            case 2, 3 -> Uni.createFrom().failure(new IllegalStateException("in the middle"));
            case 4 -> Uni.createFrom().failure(new Throwable("no exception"));
            default -> nothing(round);
        });
        run(failing);
        failing.awaitRounds();
        assertThat(rounds(failing, "failed")).isEqualTo(4);
        assertThat(rounds(failing, "done")).isGreaterThanOrEqualTo(3);
        assertThat(log.said).hasSize(4);
        for (String reason : List.of("before it began", "in the middle", "no exception")) {
            assertThat(log.said.poll())
                    .startsWith("warning ")
                    .contains(failing.name())
                    .contains(reason);
        }
        assertThat(log.said.poll()).doesNotStartWith("warning").contains(failing.name());
    }

    @Test
    void runsNoJobWithoutAnInterval() throws Exception {
        Job off = new Job(null, 0, JobsTest::nothing);
        Job on = new Job(OFTEN, 10, JobsTest::nothing);
        run(off, on);
        on.awaitRounds();
        assertThat(off.begun).hasValue(0);
    }

    @Test
    void stopsWithTheService() throws Exception {
        CountDownLatch abandoned = new CountDownLatch(1);
        Job stopped = new Job(OFTEN, 10, JobsTest::nothing);
        Job underWay = new Job(
                OFTEN, 1, round -> Uni.createFrom().nothing().onCancellation().invoke(abandoned::countDown));
        Jobs jobs = run(stopped, underWay);
        stopped.awaitRounds();
        underWay.awaitRounds();
        jobs.stop(null);
        assertThat(abandoned.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)).isTrue();

        int begun = stopped.begun.get();
        Job meanwhile = new Job(OFTEN, 20, JobsTest::nothing);
        run(meanwhile);
        meanwhile.awaitRounds();
        // A round may have started at the moment of the stop.
        assertThat(stopped.begun.get()).isBetween(begun, begun + 1);
    }
}

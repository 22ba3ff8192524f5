package dev.wearon.generation.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.generation.Rows;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import io.micrometer.core.instrument.MeterRegistry;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Logger;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;

/** The renewals, writes and log lines of a worker. */
@QuarkusTest
@WithNeighbours
class WorkerTest extends AbstractWorkerTest {

    /** The metrics of the running service, which the results of all workers in this process share. */
    @Inject
    MeterRegistry service;

    @Test
    void renewsItsLeaseWhileItWorks() throws Exception {
        Claim claim = claimed(LEASE);
        CompletableFuture<Void> work = work(claim, LEASE);
        model.awaitAsked();
        // The first lease has ended then.
        Await.until(
                TIMEOUT,
                () -> row(claim, "lease_until > created_at + interval '%d ms'".formatted(2 * LEASE.toMillis())),
                "t"::equals);
        model.answer(anyPicture());
        work.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(row(claim, "status || ' ' || attempts")).isEqualTo("completed 1");
        assertThat(outcomes("completed")).isEqualTo(1);
    }

    @Test
    void countsWhatItWorksOnAndHowLongTheModelTook() throws Exception {
        Claim claim = claimed(LEASE);
        long completed = service.get("wearon.sessions.completed").timer().count();
        CompletableFuture<Void> work = work(claim, LEASE);
        model.awaitAsked();
        assertThat(metrics.get("wearon.worker.in.flight").gauge().value()).isEqualTo(1);
        model.answer(anyPicture());
        work.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);

        assertThat(metrics.get("wearon.worker.in.flight").gauge().value()).isZero();
        assertThat(metrics.get("wearon.model")
                        .tags("model", "local", "outcome", "picture")
                        .timer()
                        .count())
                .isEqualTo(1);
        assertThat(service.get("wearon.sessions.completed").timer().count()).isGreaterThan(completed);
    }

    @Test
    void abandonsASessionThatAnotherWorkerHasTakenOver() throws Exception {
        Claim claim = claimed(LEASE);
        CompletableFuture<Void> work = work(claim, LEASE);
        model.awaitAsked();
        Rows.update(
                "UPDATE generation.store_generation_sessions"
                        + " SET attempts = 2, lease_owner = 'another', lease_until = now() + interval '1 hour' WHERE id = ?",
                claim.sessionId());
        String others = row(claim, "s::text");

        work.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(model.cancelled).as("the model's call is cancelled").isCompleted();
        model.answer(anyPicture());
        assertThat(row(claim, "s::text")).isEqualTo(others);
        assertThat(results()).isZero();
        assertThat(outcomes("superseded")).isEqualTo(1);
    }

    @Test
    void logsUnderTheRequestIdOfTheCreate() throws Exception {
        Claim claim = claimed(LEASE);
        List<String> lines = logged(() -> {
            CompletableFuture<Void> work = work(claim, LEASE);
            model.awaitAsked();
            model.answer(anyPicture());
            work.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        });
        assertThat(lines)
                .filteredOn(line -> line.contains(claim.sessionId().toString()))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .containsOnlyOnce("request_id=")
                        .contains("request_id=" + claim.requestId() + " "));
    }

    /** In the running service a line once had no request id, although the test above passed. */
    @Test
    void logsTheRequestIdInTheRunningServiceToo() throws Exception {
        UUID store = UUID.randomUUID();
        UUID session = Rows.session(store, "queued", 0, "0 s");
        List<String> lines = logged(() -> {
            permits.push(List.of(permit(store, session))).await().atMost(TIMEOUT);
            awaitBadImage(session);
        });
        assertThat(lines)
                .filteredOn(line -> line.contains(session.toString()))
                .anyMatch(line -> line.contains("claimed"))
                .allSatisfy(line -> assertThat(line).contains("request_id=r "));
    }

    private interface Work {
        void run() throws Exception;
    }

    /** Returns the worker's printed log lines during {@code work}. */
    private static List<String> logged(Work work) throws Exception {
        List<String> lines = new CopyOnWriteArrayList<>();
        var formatter =
                new PatternFormatter(ConfigProvider.getConfig().getValue("quarkus.log.console.format", String.class));
        Handler capture = new ExtHandler() {
            @Override
            protected void doPublish(ExtLogRecord line) {
                lines.add(formatter.format(line));
            }
        };
        Logger logger = Logger.getLogger(Worker.class.getName());
        logger.addHandler(capture);
        try {
            work.run();
        } finally {
            logger.removeHandler(capture);
        }
        return lines;
    }

    /** The worker continues after a pause that was longer than its lease. */
    @Test
    void changesNothingAfterAnotherWorkerHasCompleted() throws Exception {
        Claim claim = claimed(Duration.ofHours(1));
        CompletableFuture<Void> work = work(claim, NEVER_RENEWED);
        model.awaitAsked();
        Rows.update(
                "UPDATE generation.store_generation_sessions SET lease_until = now() WHERE id = ?", claim.sessionId());
        // The running service takes over.
        permits.push(List.of(permit(claim))).await().atMost(TIMEOUT);
        Await.until(TIMEOUT, () -> row(claim, "status || ' ' || result_published"), "completed true"::equals);
        String completed = row(claim, "s::text");
        String picture = result();

        model.answer(anyPicture());
        work.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(row(claim, "s::text")).isEqualTo(completed);
        assertThat(row(claim, "attempts || ' ' || credits_refunded")).isEqualTo("2 0");
        assertThat(results()).isEqualTo(1);
        assertThat(result()).isEqualTo(picture);
        assertThat(shop.balance()).isZero();
        assertThat(outcomes("superseded")).isEqualTo(1);
    }
}

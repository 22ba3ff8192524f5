package dev.wearon.generation.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.generation.Rows;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.FaultProxy;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A stopping or failing worker hands back sessions, undoes claims and puts back permits, also when a connection breaks. */
@QuarkusTest
@WithNeighbours
class HandBackTest extends AbstractWorkerTest {

    /** Without the retry, the session would wait until its lease ends. */
    @Test
    void retriesHandingBackAfterABrokenConnection() throws Exception {
        Claim claim = claimed(Duration.ofHours(1));
        CompletableFuture<Void> work = work(claim, NEVER_RENEWED);
        model.awaitAsked();
        try (FaultProxy.Fault lost = postgres.on(claim.leaseOwner()).once().hold()) {
            model.answer(tryAgainAtOnce());
            lost.awaitMatched(1);
            postgres.cut();
        }
        work.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        assertThat(outcomes("handed_back")).isEqualTo(1);
        Await.until(TIMEOUT, () -> row(claim, "status || ' ' || attempts"), "completed 2"::equals);
    }

    @Test
    void putsItsPermitBackWhenTheAnswerToHandingBackIsLost() throws Exception {
        Claim claim = claimed(Duration.ofHours(1));
        CompletableFuture<Void> work = work(claim, NEVER_RENEWED);
        model.awaitAsked();
        try (FaultProxy.Fault lost = postgres.on(claim.leaseOwner()).once().dropReply()) {
            model.answer(tryAgainAtOnce());
            lost.awaitMatched(1);
            work.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(outcomes("handed_back")).isEqualTo(1);
        Await.until(TIMEOUT, () -> row(claim, "status || ' ' || attempts"), "completed 2"::equals);
    }

    @Test
    void retriesUndoingItsClaimAfterABrokenConnection() throws Exception {
        Claim claim = claimed(Duration.ofHours(1));
        Worker stopping = worker(NEVER_RENEWED);
        CompletableFuture<Void> work = stopping.work(claim, permit(claim)).subscribeAsCompletionStage();
        model.awaitAsked();
        CompletableFuture<Void> stopped;
        try (FaultProxy.Fault lost = postgres.on(claim.leaseOwner()).once().hold()) {
            stopped = CompletableFuture.runAsync(() -> stop(stopping), Thread::startVirtualThread);
            lost.awaitMatched(1);
            postgres.cut();
        }
        work.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        Await.until(TIMEOUT, () -> row(claim, "status || ' ' || attempts"), "completed 1"::equals);
        assertThat(outcomes("cut_short")).isEqualTo(1);
        stopping.start(new StartupEvent());
        stopped.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
    }

    /** The claim was made, but its answer was lost, so no worker works on the session. */
    @Test
    void undoesAClaimWithoutAnswerWhenItStops() throws Exception {
        String held = "SELECT count(*) FROM generation.store_generation_sessions"
                + " WHERE lease_owner LIKE ? AND lease_until > now() + interval '50 minutes'";
        UUID store = UUID.randomUUID();
        UUID session = Rows.session(store, "queued", 0, "0 s");
        Leases own = new Leases(statements, channels, claimBatches, resultBatches, changes);
        String claims = own.process + "%";
        try (FaultProxy.Fault lost = postgres.on(own.process).once().dropReply()) {
            Uni<Optional<Claim>> claim = own.claim(b2b, Duration.ofHours(1), 3);
            assertThatThrownBy(() -> claim.await().atMost(TIMEOUT)).isNotNull();
            lost.awaitMatched(1);
        }
        assertThat(Rows.value(held, claims)).isEqualTo("1");
        Worker stopping = worker(LEASE, own);
        stopping.beginDrain(new ShutdownDelayInitiatedEvent());
        stopping.start(new StartupEvent());
        stop(stopping);
        assertThat(Rows.value(held, claims)).isEqualTo("0");
        permits.push(List.of(permit(store, session))).await().atMost(TIMEOUT);
        awaitBadImage(session);
    }

    /** The permit was popped before the signal came. The running service finds it on the list again. */
    @Test
    void putsBackAPermitPoppedWhileItStops() {
        UUID store = UUID.randomUUID();
        UUID session = Rows.session(store, "queued", 0, "0 s");
        Worker stopping = worker(LEASE);
        stopping.beginDrain(new ShutdownDelayInitiatedEvent());
        stopping.process(permit(store, session)).await().atMost(TIMEOUT);
        awaitBadImage(session);
        assertThat(metrics.find("wearon.worker.attempts").counters())
                .as("attempts of the stopping worker")
                .allMatch(attempts -> attempts.count() == 0);
    }
}

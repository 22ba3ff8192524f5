package dev.wearon.generation.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.WithNeighbours;
import dev.wearon.generation.channels.B2b;
import dev.wearon.generation.channels.Channels;
import dev.wearon.generation.crash.CrashPoints;
import dev.wearon.generation.models.ImageModel;
import dev.wearon.generation.models.ModelConfig;
import dev.wearon.generation.queue.Permits;
import dev.wearon.generation.queue.Task;
import dev.wearon.generation.roles.Roles;
import dev.wearon.generation.sessions.Refunds;
import dev.wearon.sql.Statements;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.FaultProxy;
import dev.wearon.testkit.SuiteServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownDelayInitiatedEvent;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.inject.Inject;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.logging.Handler;
import java.util.logging.Logger;
import javax.imageio.ImageIO;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.ExtLogRecord;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.junit.jupiter.api.Test;

/** A worker whose model takes as long as the test wants, on the real table, ledger and storage. */
@QuarkusTest
@WithNeighbours
class WorkerTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** Shorter than the model may take, so that the renewals are what keeps it. */
    private static final Duration LEASE = Duration.ofMillis(1500);

    private static final Duration NEVER_RENEWED = Duration.ofHours(1);

    @Inject
    Permits permits;

    @Inject
    Leases leases;

    @Inject
    Refunds refunds;

    @Inject
    CrashPoints crashPoints;

    @Inject
    Roles roles;

    @Inject
    Statements statements;

    @Inject
    Channels channels;

    @Inject
    B2b b2b;

    private final FaultProxy postgres = SuiteServers.faultProxy("postgres");
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final HeldModel model = new HeldModel();
    private Shop shop;

    @Test
    void renewsItsLeaseWhileItWorks() throws Exception {
        Claim claim = claimed(LEASE);
        CompletableFuture<Void> work = work(claim, LEASE);
        model.awaitAsked();
        Await.until(
                PATIENCE,
                () -> row(claim, "lease_until > created_at + interval '%d ms'".formatted(3 * LEASE.toMillis())),
                "t"::equals);
        model.answer(anyPicture());
        work.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(row(claim, "status || ' ' || attempts")).isEqualTo("completed 1");
        assertThat(outcomes("completed")).isEqualTo(1);
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

        work.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(model.cancelled).as("nobody waits for the picture any more").isCompleted();
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
            work.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        });
        assertThat(lines)
                .filteredOn(line -> line.contains(claim.sessionId().toString()))
                .hasSize(2)
                .allSatisfy(line -> assertThat(line)
                        .containsOnlyOnce("request_id=")
                        .contains("request_id=" + claim.requestId() + " "));
    }

    /** There the line of a claim had no id, while the same code called by a test logged it. */
    @Test
    void logsTheRequestIdInTheRunningServiceToo() throws Exception {
        UUID store = UUID.randomUUID();
        UUID session = Rows.session(store, "queued", 0, "0 s");
        List<String> lines = logged(() -> {
            permits.push(List.of(permit(store, session))).await().atMost(PATIENCE);
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

    /** What the worker logs meanwhile, as it would be printed. */
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

    /** As if the process had been paused in the middle of its work for longer than its lease. */
    @Test
    void changesNothingAfterAnotherWorkerHasCompleted() throws Exception {
        Claim claim = claimed(Duration.ofHours(1));
        CompletableFuture<Void> work = work(claim, NEVER_RENEWED);
        model.awaitAsked();
        Rows.update(
                "UPDATE generation.store_generation_sessions SET lease_until = now() WHERE id = ?", claim.sessionId());
        // The worker of the running service takes over.
        permits.push(List.of(permit(claim))).await().atMost(PATIENCE);
        Await.until(PATIENCE, () -> row(claim, "status"), "completed"::equals);
        String completed = row(claim, "s::text");
        String picture = result();

        model.answer(anyPicture());
        work.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(row(claim, "s::text")).isEqualTo(completed);
        assertThat(row(claim, "attempts || ' ' || credits_refunded")).isEqualTo("2 0");
        assertThat(results()).isEqualTo(1);
        assertThat(result()).isEqualTo(picture);
        assertThat(shop.balance()).isZero();
        assertThat(outcomes("superseded")).isEqualTo(1);
    }

    /** Else the session would wait until its lease runs out. */
    @Test
    void retriesHandingBackAfterABrokenConnection() throws Exception {
        Claim claim = claimed(Duration.ofHours(1));
        CompletableFuture<Void> work = work(claim, NEVER_RENEWED);
        model.awaitAsked();
        try (FaultProxy.Fault lost = postgres.on(claim.leaseOwner()).once().hold()) {
            model.answer(tryAgainAtOnce());
            lost.awaitMet(1);
            postgres.cut();
        }
        work.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(outcomes("handed_back")).isEqualTo(1);
        Await.until(PATIENCE, () -> row(claim, "status || ' ' || attempts"), "completed 2"::equals);
    }

    @Test
    void putsItsPermitBackWhenTheAnswerToHandingBackIsLost() throws Exception {
        Claim claim = claimed(Duration.ofHours(1));
        CompletableFuture<Void> work = work(claim, NEVER_RENEWED);
        model.awaitAsked();
        try (FaultProxy.Fault lost = postgres.on(claim.leaseOwner()).once().dropReply()) {
            model.answer(tryAgainAtOnce());
            lost.awaitMet(1);
            work.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
        assertThat(outcomes("handed_back")).isEqualTo(1);
        Await.until(PATIENCE, () -> row(claim, "status || ' ' || attempts"), "completed 2"::equals);
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
            lost.awaitMet(1);
            postgres.cut();
        }
        work.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        Await.until(PATIENCE, () -> row(claim, "status || ' ' || attempts"), "completed 1"::equals);
        assertThat(outcomes("cut_short")).isEqualTo(1);
        stopping.start(new StartupEvent());
        stopped.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }

    /** Nobody works on it: the claim was made, and its answer was lost. */
    @Test
    void undoesAClaimWithoutAnswerWhenItStops() throws Exception {
        String held = "SELECT count(*) FROM generation.store_generation_sessions"
                + " WHERE lease_owner LIKE ? AND lease_until > now() + interval '50 minutes'";
        UUID store = UUID.randomUUID();
        UUID session = Rows.session(store, "queued", 0, "0 s");
        Leases own = new Leases(statements, channels);
        String claims = own.process + "%";
        try (FaultProxy.Fault lost = postgres.on(own.process).once().dropReply()) {
            Uni<Optional<Claim>> claim = own.claim(b2b, Duration.ofHours(1), 3);
            assertThatThrownBy(() -> claim.await().atMost(PATIENCE)).isNotNull();
            lost.awaitMet(1);
        }
        assertThat(Rows.value(held, claims)).isEqualTo("1");
        Worker stopping = worker(LEASE, own);
        stopping.beginDrain(new ShutdownDelayInitiatedEvent());
        stopping.start(new StartupEvent());
        stop(stopping);
        assertThat(Rows.value(held, claims)).isEqualTo("0");
        permits.push(List.of(permit(store, session))).await().atMost(PATIENCE);
        awaitBadImage(session);
    }

    /** It was off the list already when the signal came. The running service finds it there again. */
    @Test
    void putsBackAPermitPoppedWhileItStops() {
        UUID store = UUID.randomUUID();
        UUID session = Rows.session(store, "queued", 0, "0 s");
        Worker stopping = worker(LEASE);
        stopping.beginDrain(new ShutdownDelayInitiatedEvent());
        stopping.process(permit(store, session)).await().atMost(PATIENCE);
        awaitBadImage(session);
        assertThat(metrics.find("wearon.worker.attempts").counter())
                .as("attempts of the one that stops")
                .isNull();
    }

    /** A session that is charged and claimed by nobody who is running. */
    private Claim claimed(Duration lease) throws Exception {
        shop = Shop.with(1);
        UUID id = Rows.session(shop.storeId(), "processing", 1, lease.toMillis() + " ms");
        shop.charge(id);
        String path = URI.create(shop.person()).getPath().substring(1);
        String owner = "first-" + id;
        Rows.update(
                "UPDATE generation.store_generation_sessions SET lease_owner = ?, image_paths = ARRAY[?] WHERE id = ?",
                owner,
                path,
                id);
        return new Claim(id, b2b.store(shop.storeId()), owner, 1, List.of(path), "prompt", "r");
    }

    private CompletableFuture<Void> work(Claim claim, Duration lease) {
        return worker(lease).work(claim, permit(claim)).subscribeAsCompletionStage();
    }

    private static void stop(Worker worker) {
        try {
            worker.stop(new ShutdownEvent());
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    private static ImageModel.Outcome tryAgainAtOnce() {
        return new ImageModel.Outcome.Retryable(Duration.ofMillis(1), "busy");
    }

    private Worker worker(Duration lease) {
        return worker(lease, leases);
    }

    private Worker worker(Duration lease, Leases leases) {
        WorkerConfig config = configured(
                WorkerConfig.class,
                Map.of(
                        "wearon.worker.lease-margin",
                        lease.minusMinutes(1).toString(),
                        "wearon.worker.drain-timeout",
                        "0s"));
        ModelConfig modelConfig = configured(ModelConfig.class, Map.of("wearon.model.timeout", "1m"));
        AttemptRunner attempts = new AttemptRunner(model, crashPoints, config, modelConfig);
        return new Worker(permits, leases, attempts, refunds, crashPoints, config, modelConfig, roles, metrics);
    }

    private Task permit(Claim claim) {
        return permit(claim.owner().id(), claim.sessionId());
    }

    private Task permit(UUID store, UUID session) {
        return Task.of(b2b.store(store), session, List.of("u"), "prompt", "r", Instant.now());
    }

    /** So ends a session without images when the running service takes it. */
    private static void awaitBadImage(UUID session) {
        Await.until(
                PATIENCE,
                () -> Rows.value("SELECT error_code FROM generation.store_generation_sessions WHERE id = ?", session),
                "BAD_IMAGE"::equals);
    }

    private static <T> T configured(Class<T> mapping, Map<String, String> values) {
        return new SmallRyeConfigBuilder()
                .addDiscoveredConverters()
                .withMapping(mapping)
                .withDefaultValues(values)
                .build()
                .getConfigMapping(mapping);
    }

    private double outcomes(String outcome) {
        return metrics.get("wearon.worker.attempts")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    private int results() {
        return Integer.parseInt(Rows.value(
                "SELECT count(*) FROM storage.objects WHERE store_id = ? AND kind = 'generated'", shop.storeId()));
    }

    private String result() {
        return Rows.value(
                "SELECT o::text FROM storage.objects o WHERE store_id = ? AND kind = 'generated'", shop.storeId());
    }

    private static String row(Claim claim, String what) {
        return Rows.value(
                "SELECT %s FROM generation.store_generation_sessions s WHERE id = ?".formatted(what),
                claim.sessionId());
    }

    private static ImageModel.Outcome anyPicture() throws IOException {
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "jpeg", jpeg);
        return new ImageModel.Outcome.Picture(jpeg.toByteArray());
    }

    private static final class HeldModel implements ImageModel {

        private final CompletableFuture<UniEmitter<? super Outcome>> asked = new CompletableFuture<>();
        private final CompletableFuture<Void> cancelled = new CompletableFuture<>();

        @Override
        public Uni<Outcome> render(Request request) {
            return Uni.createFrom()
                    .<Outcome>emitter(asked::complete)
                    .onCancellation()
                    .invoke(() -> cancelled.complete(null));
        }

        void awaitAsked() throws Exception {
            asked.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        void answer(Outcome outcome) {
            asked.join().complete(outcome);
        }
    }
}

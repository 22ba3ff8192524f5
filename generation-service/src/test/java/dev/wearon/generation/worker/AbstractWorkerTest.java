package dev.wearon.generation.worker;

import dev.wearon.generation.Rows;
import dev.wearon.generation.Shop;
import dev.wearon.generation.changes.Changes;
import dev.wearon.generation.channels.B2b;
import dev.wearon.generation.channels.Channels;
import dev.wearon.generation.crash.CrashPoints;
import dev.wearon.generation.models.ImageModel;
import dev.wearon.generation.models.ModelConfig;
import dev.wearon.generation.models.ScenarioModel;
import dev.wearon.generation.queue.Permits;
import dev.wearon.generation.queue.Task;
import dev.wearon.generation.roles.Roles;
import dev.wearon.generation.sessions.Publications;
import dev.wearon.generation.sessions.Refunds;
import dev.wearon.sql.Statements;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.FaultProxy;
import dev.wearon.testkit.SuiteServers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.ShutdownEvent;
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
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.imageio.ImageIO;

/** A worker with the real table, ledger and storage. Its model answers when a test completes it. */
abstract class AbstractWorkerTest {

    static final Duration TIMEOUT = Duration.ofSeconds(30);

    /** Long enough that it does not end before the first renewal if the machine is busy. */
    static final Duration LEASE = Duration.ofSeconds(6);

    static final Duration NEVER_RENEWED = Duration.ofHours(1);

    @Inject
    Permits permits;

    @Inject
    Leases leases;

    @Inject
    Refunds refunds;

    @Inject
    Publications publications;

    @Inject
    EndedSessions endedSessions;

    @Inject
    CrashPoints crashPoints;

    @Inject
    Roles roles;

    @Inject
    Statements statements;

    @Inject
    ClaimBatches claimBatches;

    @Inject
    ResultBatches resultBatches;

    @Inject
    Channels channels;

    @Inject
    Changes changes;

    @Inject
    B2b b2b;

    final FaultProxy postgres = SuiteServers.faultProxy("postgres");
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final HeldModel model = new HeldModel();
    Shop shop;

    /** Makes a charged session with a claim that no running worker has. */
    Claim claimed(Duration lease) throws Exception {
        shop = Shop.with(1);
        UUID id = Rows.session(shop.storeId(), "processing", 1, lease.toMillis() + " ms");
        shop.charge(id);
        String path = URI.create(shop.person()).getPath().substring(1);
        String owner = "first-" + id;
        Rows.update(
                "UPDATE generation.store_generation_sessions SET lease_owner = ?, image_urls = '{u,u}', image_paths = ARRAY[?, ?] WHERE id = ?",
                owner,
                path,
                path,
                id);
        return new Claim(
                id,
                b2b.store(shop.storeId()),
                owner,
                1,
                false,
                Duration.ZERO,
                List.of(path, path),
                "prompt",
                Optional.empty(),
                "r",
                Optional.empty(),
                Map.of());
    }

    CompletableFuture<Void> work(Claim claim, Duration lease) {
        return worker(lease).work(claim, permit(claim)).subscribeAsCompletionStage();
    }

    static void stop(Worker worker) {
        try {
            worker.stop(new ShutdownEvent());
        } catch (InterruptedException interrupted) {
            throw new IllegalStateException(interrupted);
        }
    }

    static ImageModel.Outcome tryAgainAtOnce() {
        return new ImageModel.Outcome.Retryable(Duration.ofMillis(1), "busy");
    }

    Worker worker(Duration lease) {
        return worker(lease, leases);
    }

    Worker worker(Duration lease, Leases leases) {
        WorkerConfig config = configured(
                WorkerConfig.class,
                Map.of(
                        "wearon.worker.lease-margin",
                        lease.minusMinutes(1).toString(),
                        "wearon.worker.drain-timeout",
                        "0s"));
        ModelConfig modelConfig = configured(ModelConfig.class, Map.of("wearon.model.timeout", "1m"));
        AttemptRunner attempts = new AttemptRunner(
                model,
                new ScenarioModel(model, modelConfig),
                new ModelTimes(modelConfig, metrics),
                crashPoints,
                config,
                modelConfig);
        return new Worker(
                permits,
                leases,
                attempts,
                refunds,
                publications,
                endedSessions,
                crashPoints,
                config,
                modelConfig,
                roles,
                new AttemptMetrics(metrics));
    }

    Task permit(Claim claim) {
        return permit(claim.owner().id(), claim.sessionId());
    }

    Task permit(UUID store, UUID session) {
        return Task.of(b2b.store(store), session, List.of("u"), "prompt", "r", Instant.now());
    }

    /** Waits until the running service has failed a session without images. */
    static void awaitBadImage(UUID session) {
        Await.until(
                TIMEOUT,
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

    double outcomes(String outcome) {
        return metrics.get("wearon.worker.attempts")
                .tag("outcome", outcome)
                .counter()
                .count();
    }

    int results() {
        return Integer.parseInt(Rows.value(
                "SELECT count(*) FROM storage.objects WHERE store_id = ? AND kind = 'generated'", shop.storeId()));
    }

    String result() {
        return Rows.value(
                "SELECT o::text FROM storage.objects o WHERE store_id = ? AND kind = 'generated'", shop.storeId());
    }

    static String row(Claim claim, String what) {
        return Rows.value(
                "SELECT %s FROM generation.store_generation_sessions s WHERE id = ?".formatted(what),
                claim.sessionId());
    }

    static ImageModel.Outcome anyPicture() throws IOException {
        ByteArrayOutputStream jpeg = new ByteArrayOutputStream();
        ImageIO.write(new BufferedImage(8, 8, BufferedImage.TYPE_INT_RGB), "jpeg", jpeg);
        return new ImageModel.Outcome.Picture(jpeg.toByteArray());
    }

    static final class HeldModel implements ImageModel {

        private final CompletableFuture<UniEmitter<? super Outcome>> asked = new CompletableFuture<>();
        final CompletableFuture<Void> cancelled = new CompletableFuture<>();

        @Override
        public Uni<Outcome> render(Request request) {
            return Uni.createFrom()
                    .<Outcome>emitter(asked::complete)
                    .onCancellation()
                    .invoke(() -> cancelled.complete(null));
        }

        @Override
        public Capabilities capabilities() {
            return new Capabilities(1, Set.of(), false);
        }

        void awaitAsked() throws Exception {
            asked.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }

        void answer(Outcome outcome) {
            asked.join().complete(outcome);
        }
    }
}

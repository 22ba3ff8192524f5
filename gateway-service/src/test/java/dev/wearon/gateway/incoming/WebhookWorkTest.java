package dev.wearon.gateway.incoming;

import static dev.wearon.gateway.testing.Merchant.ask;
import static dev.wearon.gateway.testing.Merchant.sql;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.gateway.stores.ShopConnections;
import dev.wearon.gateway.testing.Merchant;
import dev.wearon.testkit.Await;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.quarkus.runtime.configuration.DurationConverter;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import jakarta.inject.Inject;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.eclipse.microprofile.config.spi.Converter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two workers on the same table, as two processes have them. */
@QuarkusTest
class WebhookWorkTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final Recorder recorder = new Recorder();
    private final Recorder others = new Recorder();
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private Merchant merchant;
    private WebhookWork work;
    private WebhookWork other;

    @Inject
    Webhooks webhooks;

    @Inject
    ShopConnections shops;

    @BeforeEach
    void prepare() {
        sql("DELETE FROM gateway.incoming_webhooks");
        merchant = Merchant.atShopify();
        work = work(recorder, 8, Duration.ofSeconds(20));
        other = work(others, 8, Duration.ofSeconds(20));
    }

    private WebhookWork work(WebhookHandler handler, int concurrent, Duration timeout) {
        return new WebhookWork(webhooks, shops, List.of(handler), config(concurrent, timeout), metrics);
    }

    private static IncomingConfig config(int concurrent, Duration timeout) {
        return new SmallRyeConfigBuilder()
                .withSources(new PropertiesConfigSource(
                        Map.of(
                                "wearon.incoming.every",
                                "off",
                                "wearon.incoming.concurrent",
                                Integer.toString(concurrent),
                                "wearon.incoming.timeout",
                                timeout.toString()),
                        "test",
                        100))
                .withMapping(IncomingConfig.class)
                .withConverters(new Converter<?>[] {new DurationConverter()})
                .build()
                .getConfigMapping(IncomingConfig.class);
    }

    private Delivery delivery(Topic topic, String shop) {
        return new Delivery(
                topic,
                shop,
                UUID.randomUUID().toString(),
                null,
                Instant.parse("2026-12-01T10:00:00.123456Z"),
                "{\"id\":9007199254740993}");
    }

    private Delivery delivery() {
        return delivery(Topic.ORDERS_PAID, merchant.shopDomain());
    }

    private static Delivery accepted(WebhookWork by, Delivery delivery) {
        assertThat(by.accept(delivery).await().atMost(SOON)).isTrue();
        return delivery;
    }

    private static int run(WebhookWork by) {
        return by.runOnce().await().atMost(SOON);
    }

    private static String row(Delivery delivery, String column) {
        return ask(
                "SELECT (" + column + ")::text FROM gateway.incoming_webhooks WHERE webhook_id = ?",
                delivery.webhookId());
    }

    private static void awaitRow(Delivery delivery, String condition) {
        Await.until(SOON, () -> row(delivery, condition), "true"::equals);
    }

    private static void makeDue(Delivery delivery) {
        sql(
                "UPDATE gateway.incoming_webhooks SET next_attempt_at = now() - interval '1 second',"
                        + " leased_until = leased_until - interval '1 hour' WHERE webhook_id = ?",
                delivery.webhookId());
    }

    private double handled(String outcome) {
        return metrics.get("wearon.shopify.webhooks.handled")
                .tags("topic", "orders/paid", "outcome", outcome)
                .counter()
                .count();
    }

    @Test
    void endsWhatIsDone() {
        Delivery delivery = accepted(work, delivery());
        awaitRow(delivery, "outcome = 'done' AND body IS NULL AND next_attempt_at IS NULL AND leased_until IS NULL");
        assertThat(recorder.seen.getFirst().triggeredAt()).isEqualTo(delivery.triggeredAt());
        assertThat(recorder.seen.getFirst().toString()).doesNotContain("9007199254740993");
        assertThat(handled("done")).isEqualTo(1);
        assertThat(run(work)).isZero();
    }

    @Test
    void endsWhatIsIgnoredWithItsReason() {
        recorder.answers(new Handled.Ignored("r".repeat(300)));
        Delivery delivery = accepted(work, delivery());
        awaitRow(delivery, "outcome = 'ignored' AND body IS NULL AND reason = repeat('r', 200)");
    }

    @Test
    void repeatsLater() {
        recorder.answers(new Handled.Later("Shopify does not answer."));
        Delivery delivery = accepted(work, delivery());
        awaitRow(delivery, "leased_until IS NULL AND reason = 'Shopify does not answer.' AND attempts = 1");
        assertThat(row(delivery, "next_attempt_at - now() BETWEEN interval '-20 seconds' AND interval '3 seconds'"))
                .isEqualTo("true");
        makeDue(delivery);
        assertThat(run(work)).isEqualTo(1);
        awaitRow(delivery, "attempts = 2 AND leased_until IS NULL AND next_attempt_at > now()");
        // It is not due.
        assertThat(run(work)).isZero();
        recorder.answers(new Handled.Done());
        makeDue(delivery);
        assertThat(run(other)).isEqualTo(1);
        awaitRow(delivery, "outcome = 'done' AND attempts = 3 AND reason IS NULL");
        assertThat(others.seen.getFirst().body().path("id").asText()).isEqualTo("9007199254740993");
        assertThat(handled("later")).isEqualTo(2);
    }

    @Test
    void failsAfterTheLastAttemptAndKeepsTheBody() {
        recorder.answers(new Handled.Later("Never."));
        Delivery delivery = accepted(work, delivery());
        awaitRow(delivery, "leased_until IS NULL");
        sql(
                "UPDATE gateway.incoming_webhooks SET attempts = attempts + ? ::int WHERE webhook_id = ?",
                Integer.toString(RetryDelays.MOST_ATTEMPTS - 2),
                delivery.webhookId());
        makeDue(delivery);
        run(work);
        awaitRow(delivery, "outcome = 'failed' AND body IS NOT NULL AND next_attempt_at IS NULL AND reason = 'Never.'");
        assertThat(handled("failed")).isEqualTo(1);
        assertThat(run(work)).isZero();
    }

    /** Each attempt may have killed its process. */
    @Test
    void doesNotTryForEverWhatNoProcessFinishes() {
        recorder.behaviour = webhook -> Uni.createFrom().nothing();
        Delivery delivery = accepted(work, delivery());
        Await.until(SOON, recorder.seen::size, size -> size == 1);
        sql(
                "UPDATE gateway.incoming_webhooks SET attempts = ? ::int WHERE webhook_id = ?",
                Integer.toString(RetryDelays.MOST_ATTEMPTS),
                delivery.webhookId());
        makeDue(delivery);
        run(other);
        awaitRow(delivery, "outcome = 'failed'");
        assertThat(others.seen).isEmpty();
    }

    @Test
    void repeatsAFaultAndTellsOnlyItsKind() {
        recorder.behaviour = webhook -> Uni.createFrom().failure(new IllegalStateException("a@personal.example"));
        Delivery delivery = accepted(work, delivery());
        awaitRow(delivery, "leased_until IS NULL AND outcome IS NULL");
        assertThat(row(delivery, "reason")).startsWith("IllegalStateException in WebhookWorkTest.java:");
    }

    @Test
    void repeatsWhatTakesTooLong() {
        WebhookWork hasty = work(recorder, 1, Duration.ofMillis(100));
        recorder.behaviour = webhook -> Uni.createFrom().nothing();
        Delivery delivery = accepted(hasty, delivery());
        awaitRow(delivery, "leased_until IS NULL AND reason LIKE 'TimeoutException%'");
        // Its place is free again.
        recorder.answers(new Handled.Done());
        awaitRow(accepted(hasty, delivery()), "outcome = 'done'");
    }

    @Test
    void callsNoHandlerForAShopWithoutAStoreUnlessTheLawWantsIt() {
        String unknown = "shop-" + UUID.randomUUID() + ".myshopify.com";
        awaitRow(
                accepted(work, delivery(Topic.APP_UNINSTALLED, unknown)),
                "outcome = 'ignored' AND reason = 'No store has this shop.'");
        assertThat(recorder.seen).isEmpty();
        awaitRow(accepted(work, delivery(Topic.CUSTOMERS_REDACT, unknown)), "outcome = 'done'");
        assertThat(recorder.seen.getFirst().storeId()).isNull();
    }

    /** The version before does not lose the topics of the next one. */
    @Test
    void keepsATopicThatNoHandlerHas() {
        WebhookWork before = work(
                new WebhookHandler() {
                    @Override
                    public Set<String> topics() {
                        return Set.of("orders/create");
                    }

                    @Override
                    public Uni<Handled> handle(IncomingWebhook webhook) {
                        return Uni.createFrom().item(new Handled.Done());
                    }
                },
                1,
                SOON);
        Delivery delivery = accepted(before, delivery());
        awaitRow(delivery, "leased_until IS NULL AND outcome IS NULL AND body IS NOT NULL");
        makeDue(delivery);
        run(work);
        awaitRow(delivery, "outcome = 'done'");
    }

    @Test
    void startsOnlyIfEachTopicHasARouteAndOneHandler() {
        assertThatThrownBy(() -> new WebhookWork(webhooks, shops, List.of(recorder, others), config(1, SOON), metrics))
                .isInstanceOf(IllegalStateException.class);
    }

    /** The process that stored it dies before it is done. */
    @Test
    void anotherProcessTakesWhatADeadOneLeft() {
        Queue<UniEmitter<? super Handled>> hanging = new ConcurrentLinkedQueue<>();
        recorder.behaviour = webhook -> Uni.createFrom().<Handled>emitter(hanging::add);
        Delivery delivery = accepted(work, delivery());
        Await.until(SOON, hanging::size, size -> size == 1);
        // Not while the lease runs.
        assertThat(run(other)).isZero();
        makeDue(delivery);
        assertThat(run(other)).isEqualTo(1);
        awaitRow(delivery, "outcome = 'done' AND taken = 2");
        String before = row(delivery, "xmin");
        // What it says afterwards, if it was only slow, is ignored.
        hanging.remove().complete(new Handled.Later("I am late."));
        awaitRow(accepted(work, nextOf(recorder)), "outcome = 'done'");
        assertThat(row(delivery, "xmin")).isEqualTo(before);
        assertThat(handled("later")).isZero();
    }

    private Delivery nextOf(Recorder handler) {
        handler.answers(new Handled.Done());
        return delivery();
    }

    /** The process dies after the row is stored, and before anything else. */
    @Test
    void takesARowWhoseLeaseHasEnded() {
        Delivery delivery = delivery();
        assertThat(webhooks.store(Webhooks.first(delivery), null, true).await().atMost(SOON))
                .isTrue();
        assertThat(run(other)).isZero();
        makeDue(delivery);
        assertThat(run(other)).isEqualTo(1);
        awaitRow(delivery, "outcome = 'done' AND attempts = 2");
        assertThat(others.seen).hasSize(1);
    }

    @Test
    void twoProcessesShareWhatIsDue() {
        List<Delivery> all = IntStream.range(0, 60).mapToObj(i -> delivery()).toList();
        all.forEach(delivery ->
                webhooks.store(Webhooks.first(delivery), null, false).await().atMost(SOON));
        int begun = Uni.combine()
                .all()
                .unis(work.runOnce(), other.runOnce())
                .with(Integer::sum)
                .await()
                .atMost(SOON);
        assertThat(begun).isEqualTo(60);
        Await.until(
                SOON,
                () -> ask("SELECT count(*) FROM gateway.incoming_webhooks WHERE outcome = 'done' AND attempts = 1"),
                "60"::equals);
        assertThat(recorder.seen.size() + others.seen.size()).isEqualTo(60);
    }

    @Test
    void worksOnNoMoreThanItMay() {
        Queue<UniEmitter<? super Handled>> running = new ConcurrentLinkedQueue<>();
        recorder.behaviour = webhook -> Uni.createFrom().<Handled>emitter(running::add);
        WebhookWork narrow = work(recorder, 2, SOON);
        List<Delivery> all = IntStream.range(0, 5)
                .mapToObj(i -> accepted(narrow, delivery()))
                .toList();
        Await.until(SOON, running::size, size -> size == 2);
        all.subList(2, 5).forEach(delivery -> assertThat(row(delivery, "attempts = 0 AND leased_until IS NULL"))
                .isEqualTo("true"));
        var round = narrow.runOnce().subscribeAsCompletionStage();
        recorder.answers(new Handled.Done());
        running.forEach(webhook -> webhook.complete(new Handled.Done()));
        all.forEach(delivery -> awaitRow(delivery, "outcome = 'done'"));
        assertThat(round.join()).isEqualTo(3);
    }

    /** Nothing that is handled keeps what is personal, whoever writes the row. */
    @Test
    void theTableRefusesABodyOfWhatIsHandled() {
        Delivery delivery = accepted(work, delivery());
        awaitRow(delivery, "outcome = 'done'");
        assertThatThrownBy(() -> sql(
                        "UPDATE gateway.incoming_webhooks SET body = '{}' WHERE webhook_id = ?", delivery.webhookId()))
                .hasMessageContaining("incoming_webhooks_body_check");
    }
}

package dev.wearon.acceptance;

import static dev.wearon.acceptance.ClientsIT.suite;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.wearon.client.CreatedGeneration;
import dev.wearon.client.GenerationFilter;
import dev.wearon.client.Picture;
import dev.wearon.client.StoreEvent;
import dev.wearon.client.TryOn;
import dev.wearon.client.WearOn;
import dev.wearon.client.errors.TryOnFailedException;
import dev.wearon.client.errors.WearOnException;
import dev.wearon.client.model.Download;
import dev.wearon.client.model.Generation;
import dev.wearon.client.model.GenerationStatus;
import dev.wearon.client.model.ListedGeneration;
import dev.wearon.client.model.Transaction;
import dev.wearon.client.model.Upload;
import dev.wearon.client.model.UsageBucket;
import dev.wearon.client.model.UsageBy;
import dev.wearon.testkit.FaultProxy;
import dev.wearon.testkit.Pictures;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The client for Java against a running suite. Each test makes its own store. */
abstract class JavaClientCases {

    private static final Picture PERSON = Picture.file(Merchant.PERSON);
    private static final Picture GARMENT = Picture.file(Merchant.GARMENT);
    private static final TryOn REQUEST = TryOn.of(PERSON, GARMENT).ageVerified(true);
    private static final String CREATE = "POST /api/v1/generation/create";

    /** Between the clients and the gateway: counts requests, and loses responses. */
    private static FaultProxy relay;

    @BeforeAll
    static void listen() throws IOException {
        relay = new FaultProxy(suite.gateway().getHost(), suite.gateway().getPort());
    }

    @AfterAll
    static void close() throws IOException {
        relay.close();
    }

    /** A client of a new store. */
    private static WearOn shop(int credits, String tier) throws IOException {
        Map<String, Object> store = new HashMap<>(Map.of("shop_domain", "shop-" + UUID.randomUUID() + ".example"));
        if (tier != null) {
            store.put("subscription_tier", tier);
        }
        String id = operator("", store, "store_id");
        if (credits > 0) {
            operator("/" + id + "/credits", Map.of("amount", credits, "type", "purchase"), "transaction_id");
        }
        String key = operator("/" + id + "/api-keys", Map.of("allowed_domains", List.of()), "api_key");
        return new WearOn(key, relay.through(suite.gateway().toString()));
    }

    private static String operator(String path, Map<String, ?> body, String returned) throws IOException {
        return suite.operator()
                .contentType(ContentType.JSON)
                .header("Idempotency-Key", UUID.randomUUID())
                .body(body)
                .post("/admin/v1/stores" + path)
                .then()
                .statusCode(201)
                .extract()
                .path("data." + returned);
    }

    private static WearOn shop(int credits) throws IOException {
        return shop(credits, "enterprise");
    }

    @Test
    void makesATryOnFromFilesToThePicture() throws Exception {
        WearOn shop = shop(5);
        Generation result = shop.tryOn(REQUEST.garmentType(TryOn.GarmentType.UPPER));
        assertThat(result.status()).isEqualTo(GenerationStatus.COMPLETED);
        assertThat(result.garmentType()).isEqualTo("upper");
        assertThat(ResultPicture.contentType(shop.downloads().get(result))).contains("image/jpeg");

        String path = "stores/" + shop.health().storeId() + "/generated/" + result.sessionId() + ".jpg";
        List<Download> signed = shop.downloads().sign(List.of(path, path + "x"));
        assertThat(shop.downloads().get(signed.get(0))).isNotEmpty();
        assertThat(signed.get(1).downloadUrl()).isNull();

        List<UUID> sessions = new ArrayList<>();
        for (Transaction transaction : shop.credits().transactions(1)) {
            sessions.add(transaction.sessionId());
        }
        assertThat(sessions).containsExactly(result.sessionId(), null);
        List<UUID> listed = new ArrayList<>();
        for (ListedGeneration entry :
                shop.generations().list(GenerationFilter.all().status(GenerationStatus.COMPLETED))) {
            listed.add(entry.sessionId());
        }
        assertThat(listed).containsExactly(result.sessionId());
        List<Generation> states = shop.generations().events(result.sessionId()).toList();
        assertThat(states).singleElement().satisfies(state -> assertThat(state.status())
                .isEqualTo(GenerationStatus.COMPLETED));
        long last = states.getFirst().version().longValue();
        assertThat(shop.generations().events(result.sessionId(), last, Duration.ofSeconds(10)))
                .isEmpty();
        assertThat(shop.generations().receipt(result.sessionId()).netCharge()).isEqualTo(1);
        assertThat(shop.generations().cancel(result.sessionId()).status()).isEqualTo(GenerationStatus.COMPLETED);
        assertThat(shop.generations()
                        .usage(result.createdAt(), result.createdAt(), UsageBucket.HOUR, UsageBy.OUTCOME)
                        .usage())
                .singleElement()
                .satisfies(entry -> assertThat(List.of(entry.outcome(), entry.tryOns(), entry.creditsUsed()))
                        .isEqualTo(List.of("completed", 1L, 1L)));
        assertThat(shop.credits().balance().balance()).isEqualTo(4);
        assertThat(shop.credits().shopperBalance("ann@example.com").balance()).isZero();
        assertThat(shop.store().config().privacyDisclosure()).isNotBlank();
        assertThat(shop.store().changeConfig("absorb_mode", null).status()).isEqualTo("active");
        assertThat(shop.store().analytics(result.createdAt(), Instant.now()).completedGenerations())
                .isEqualTo(1);
        assertThat(shop.store().analytics(null, LocalDate.of(2020, 1, 1)).totalGenerations())
                .isZero();
        try (Stream<StoreEvent> events = shop.store().events()) {
            assertThat(events.flatMapToLong(event -> event.balance().stream()).findFirst())
                    .hasValue(4);
        }
    }

    @Test
    void chargesACreateWhoseResponseIsLostOnce() throws Exception {
        WearOn shop = shop(5);
        List<Upload> uploads = shop.uploads().putAll(List.of(PERSON, GARMENT));
        Picture person = Picture.uploaded(uploads.get(0));
        Picture garment = Picture.uploaded(uploads.get(1));
        TryOn request = TryOn.of(person, garment).ageVerified(true);
        CreatedGeneration created;
        try (FaultProxy.Fault sent = relay.on(CREATE).count();
                FaultProxy.Fault lost = relay.on(CREATE).once().dropReply()) {
            created = shop.generations().create(request);
            assertThat(lost.matched()).isEqualTo(1);
            assertThat(sent.matched()).isEqualTo(2);
        }
        assertThat(created.replayed()).isTrue();

        TryOn sameKey = request.idempotencyKey(created.idempotencyKey());
        assertThat(shop.generations().create(sameKey).id()).isEqualTo(created.id());
        TryOn reused = TryOn.of(garment, person).ageVerified(true).idempotencyKey(created.idempotencyKey());
        WearOnException refused = catchThrowableOfType(
                WearOnException.class, () -> shop.generations().create(reused));
        assertThat(refused.code()).isEqualTo("IDEMPOTENCY_KEY_REUSED");
        assertThat(refused.status()).contains(422);

        assertThat(shop.generations().await(created.id()).status()).isEqualTo(GenerationStatus.COMPLETED);
        assertThat(shop.credits().balance().totalSpent()).isEqualTo(1);
    }

    @Test
    void tellsAStoreWithoutCreditsOnce() throws Exception {
        WearOn shop = shop(0);
        try (FaultProxy.Fault sent = relay.on(CREATE).count()) {
            WearOnException error = catchThrowableOfType(WearOnException.class, () -> shop.tryOn(REQUEST));
            assertThat(error.code()).isEqualTo("INSUFFICIENT_CREDITS");
            assertThat(error.status()).contains(402);
            assertThat(error.requestId()).isPresent();
            assertThat(error.pictures()).hasSize(2);
            assertThat(sent.matched()).isEqualTo(1);
        }
    }

    @Test
    void doesNotMakeTooManyRequestsWorse() throws Exception {
        WearOn shop = shop(0, null).withTimeout(Duration.ofSeconds(20));
        try (FaultProxy.Fault sent = relay.on("GET /api/v1/health").count()) {
            for (int call = 0; call < ClientsIT.CALLS_PER_MINUTE; call++) {
                shop.health();
            }
            WearOnException error = catchThrowableOfType(WearOnException.class, shop::health);
            assertThat(error.code()).isEqualTo("RATE_LIMIT_EXCEEDED");
            assertThat(error.status()).contains(429);
            assertThat(error.retryAfter()).hasValueSatisfying(after -> assertThat(after)
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(61)));
            assertThat(sent.matched()).isEqualTo(ClientsIT.CALLS_PER_MINUTE + 1);
        }
    }

    @Test
    void givesTheCreditOfAFailedTryOnBack() throws Exception {
        WearOn shop = shop(2);
        TryOn damaged = TryOn.of(Picture.bytes(Pictures.torn()), GARMENT).ageVerified(true);
        TryOnFailedException error = catchThrowableOfType(TryOnFailedException.class, () -> shop.tryOn(damaged));
        assertThat(error.code()).isEqualTo("BAD_IMAGE");
        assertThat(error.creditsRefunded()).isEqualTo(1);
        assertThat(error.getMessage()).isNotBlank();
        assertThat(shop.credits().balance().balance()).isEqualTo(2);
    }

    @Test
    void saysWhyAPictureIsRefused() throws Exception {
        WearOn shop = shop(0);
        byte[] text = "text".getBytes(StandardCharsets.UTF_8);
        // Refused by its first bytes, while most of it is still on its way.
        byte[] arithmeticCoded =
                Arrays.copyOf(new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xc9}, 5_000_000);
        for (byte[] picture : List.of(text, arithmeticCoded)) {
            WearOnException error = catchThrowableOfType(
                    WearOnException.class, () -> shop.uploads().put(Picture.bytes(picture)));
            assertThat(error.status()).as(error.toString()).contains(400);
        }
    }

    @Test
    void refusesForeignPicturesAndAWrongKey() throws Exception {
        Upload theirs = shop(0).uploads().put(GARMENT);
        Picture foreign = Picture.uploaded(theirs);
        WearOn shop = shop(1);
        assertThat(catchThrowableOfType(WearOnException.class, () -> shop.generations()
                                .create(TryOn.of(foreign, foreign).ageVerified(true)))
                        .status())
                .contains(400);
        String changed = theirs.imageUrl().substring(0, theirs.imageUrl().length() - 1);
        assertThat(catchThrowableOfType(
                                WearOnException.class, () -> shop.downloads().get(changed))
                        .status())
                .contains(403);
        WearOn wrong = new WearOn("wk_" + "0".repeat(32), suite.gateway().toString());
        assertThat(catchThrowableOfType(WearOnException.class, wrong::health).code())
                .isEqualTo("INVALID_API_KEY");
    }
}

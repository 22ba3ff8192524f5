package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.processes.LedgerConsistency;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.testkit.ApiReply;
import dev.wearon.testkit.Await;
import dev.wearon.testkit.Pictures;
import dev.wearon.testkit.TestKeys;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * generation-service dies right after each step of a try-on, without any cleanup, and starts again. Afterwards every try-on is
 * consistent: charged once and completed, or failed and released once, or never begun. The process that recovers one try-on dies
 * in the next, because a start takes longer than the rest.
 */
class CrashPointsIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(90);
    private static final int CREDITS = 3;
    private static final int KILLED = 137;

    private static final Map<String, String> SHORT_TIMES = Map.of(
            "WEARON_SESSIONS_CREATE_BUDGET", "3s",
            "WEARON_SESSIONS_REFUND_EVERY", "1s",
            "WEARON_SESSIONS_RECONCILE_EVERY", "1s",
            "WEARON_MODEL_TIMEOUT", "3s",
            "WEARON_WORKER_LEASE_MARGIN", "1s",
            "WEARON_WORKER_RETRY_DELAY", "500ms",
            // A slow machine may need several; the result must not depend on that.
            "WEARON_WORKER_ATTEMPTS", "10",
            "WEARON_WORKER_SWEEPER_EVERY", "1s",
            "WEARON_WORKER_SWEEPER_MIN_AGE", "1s");

    /** The possible results of a try-on, in the tables of all services. */
    private enum End {
        COMPLETED(
                List.of("completed"),
                List.of("charged"),
                List.of("deduction -1"),
                List.of("generation_queued", "generation_completed"),
                1),
        FAILED(
                List.of("failed BAD_IMAGE refunded 1"),
                List.of("released"),
                List.of("deduction -1", "refund 1"),
                List.of("generation_queued", "generation_failed", "credit_refunded"),
                0),
        ABANDONED(
                List.of("failed ABANDONED refunded 1"),
                List.of("released"),
                List.of("deduction -1", "refund 1"),
                List.of("generation_failed", "credit_refunded"),
                0),
        NEVER_BEGUN(List.of(), List.of(), List.of(), List.of(), 0);

        private final TryOnBooks books;

        End(List<String> sessions, List<String> charges, List<String> movements, List<String> events, int pictures) {
            this.books = new TryOnBooks(1, sessions, charges, movements, events, pictures);
        }
    }

    /** What a client does without a reply. */
    private enum Client {
        GIVES_UP,
        REPEATS
    }

    /** One for each crash point: the state that the dead process leaves, and the result of the try-on. */
    private enum Scenario {
        KEY_ROW("", "", 0, Map.of(Client.GIVES_UP, End.NEVER_BEGUN, Client.REPEATS, End.COMPLETED)),
        CHARGE("", "charged without session", 0, Map.of(Client.GIVES_UP, End.ABANDONED, Client.REPEATS, End.COMPLETED)),
        INSERT("queued", "charged", 0, Map.of(Client.GIVES_UP, End.COMPLETED, Client.REPEATS, End.COMPLETED)),
        /** The worker of the same process may have claimed it already. */
        PUSH("queued|processing", "charged", 0, Map.of(Client.GIVES_UP, End.COMPLETED, Client.REPEATS, End.COMPLETED)),
        // From here on the client has a reply, or is about to get one.
        CLAIM("processing", "charged", 0, Map.of(Client.GIVES_UP, End.COMPLETED)),
        MODEL_CALL("processing", "charged", 0, Map.of(Client.GIVES_UP, End.COMPLETED)),
        OBJECT_WRITTEN("processing", "charged", 1, Map.of(Client.GIVES_UP, End.COMPLETED)),
        COMPLETE("completed", "charged", 1, Map.of(Client.GIVES_UP, End.COMPLETED)),
        FAIL("failed BAD_IMAGE", "charged", 0, Map.of(Client.GIVES_UP, End.FAILED)),
        RELEASE("failed BAD_IMAGE", "released", 0, Map.of(Client.GIVES_UP, End.FAILED));

        private final String session;
        private final String charge;
        private final int pictures;
        private final Map<Client, End> ends;

        Scenario(String session, String charge, int pictures, Map<Client, End> ends) {
            this.session = session;
            this.charge = charge;
            this.pictures = pictures;
            this.ends = ends;
        }

        void assertLeft(TryOnBooks books) {
            assertThat(books.keys()).as("the Idempotency-Key is kept").isEqualTo(1);
            assertThat(String.join(",", books.sessions())).matches(session);
            assertThat(String.join(",", books.charges())).isEqualTo(charge);
            assertThat(books.pictures()).isEqualTo(pictures);
        }
    }

    /** One try-on in its own store, and what its client does when the process dies. */
    private record Crash(Scenario scenario, Client client, RepeatingClient shop, String image) {

        UUID store() {
            return shop.storeId();
        }

        End end() {
            return scenario.ends.get(client);
        }

        Optional<ApiReply> ask() {
            return client == Client.REPEATS ? Optional.of(shop.createUntilAnswered(image)) : shop.create(image);
        }

        @Override
        public String toString() {
            return scenario + ", the client " + client;
        }
    }

    @TempDir
    static Path folder;

    private static final Map<UUID, TryOnBooks> ENDED = new LinkedHashMap<>();
    private static final List<Crash> CRASHES = new ArrayList<>();
    private static Rig rig;

    /** Of generation; it has ended, or ends in {@link #next}. */
    private static RunningService process;

    private static Optional<Crash> next = Optional.empty();

    @BeforeAll
    static void startNeighbours() throws Exception {
        rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
        rig.useKeys(TestKeys::ofThisModule);
        rig.start("credits");
        rig.start("storage");
        byte[] photo = Pictures.small(Merchant.PERSON);
        for (String label : labels()) {
            Scenario scenario = Scenario.valueOf(label);
            for (Client client : new TreeSet<>(scenario.ends.keySet())) {
                RepeatingClient shop = RepeatingClient.with(rig, CREDITS);
                boolean fails = scenario.ends.get(client) == End.FAILED;
                CRASHES.add(new Crash(scenario, client, shop, shop.imageUrl(fails ? Pictures.torn() : photo)));
            }
        }
    }

    /** After a try-on has ended, the jobs of every later process run over it again. They must change nothing. */
    @AfterAll
    static void nothingHasChangedSince() throws SQLException, IOException {
        try (Rig toBeClosed = rig;
                Connection connection = toBeClosed.connect()) {
            Map<UUID, TryOnBooks> now = new LinkedHashMap<>();
            for (UUID store : ENDED.keySet()) {
                now.put(store, TryOnBooks.of(connection, store));
            }
            assertThat(now).isEqualTo(ENDED);
            assertThat(LedgerConsistency.disagreements(connection, ENDED.keySet()))
                    .isEmpty();
        }
        assertThat(Secrets.inLogsBelow(folder, Rig.SIGNING_KEY)).isEmpty();
    }

    static List<Crash> crashes() {
        return CRASHES;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("crashes")
    void aTryOnIsConsistentAfterItsProcessDied(Crash crash) throws Exception {
        ENDED.put(crash.store(), crash.end().books);
        try (Connection connection = rig.connect()) {
            RunningService dying = dyingIn(crash);
            CompletableFuture<Optional<ApiReply>> answer = CompletableFuture.supplyAsync(crash::ask);
            assertThat(dying.awaitExit(TIMEOUT)).isEqualTo(KILLED);
            crash.scenario().assertLeft(TryOnBooks.of(connection, crash.store()));

            restart(
                    crash.client(),
                    CRASHES.stream().skip(CRASHES.indexOf(crash) + 1).findFirst());
            Await.until(TIMEOUT, () -> TryOnBooks.of(connection, crash.store()), crash.end().books::equals);
            List<UUID> sessions = TryOnBooks.sessionIds(connection, crash.store());
            assertReported(crash.shop(), crash.end(), sessions);
            // A 503 acknowledges nothing: on a slow machine the time for the create may end before the process does.
            answer.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS)
                    .filter(reply -> reply.status() != 503)
                    .ifPresent(created -> assertThat(sessions)
                            .as("acknowledged")
                            .containsExactly(RepeatingClient.sessionId(created)));
            if (crash.end() == End.COMPLETED || crash.end() == End.FAILED) {
                assertReplayed(crash.shop().createUntilAnswered(crash.image()), sessions);
            }
        }
    }

    /** The process that recovered the try-on before this one, or another one when that failed or this is the first. */
    private static RunningService dyingIn(Crash crash) throws IOException {
        if (!next.equals(Optional.of(crash))) {
            restart(crash.client(), Optional.of(crash));
        }
        return process;
    }

    /** Where the client repeats, the reconciler starts too late to help; where it does not, only the jobs recover the try-on. */
    private static void restart(Client client, Optional<Crash> dyingIn) throws IOException {
        if (process != null) {
            process.kill();
        }
        Map<String, String> variables = new HashMap<>(SHORT_TIMES);
        variables.put("WEARON_SESSIONS_RECONCILE_MIN_AGE", client == Client.REPEATS ? "60s" : "4s");
        dyingIn.ifPresent(crash -> {
            variables.put("WEARON_CRASH_AT", crash.scenario().name());
            variables.put("WEARON_CRASH_STORE", crash.store().toString());
        });
        process = rig.start("generation", variables);
        next = dyingIn;
    }

    /** The reconciler releases a charge without a session, and leaves a deduction of an operator as it is. */
    @Test
    void creditsThatAnOperatorDeductsInSqlStayDeducted() throws Exception {
        RepeatingClient shop = RepeatingClient.with(rig, 10);
        TryOnBooks books = new TryOnBooks(
                0,
                List.of("failed ABANDONED refunded 1"),
                List.of("charged without issuer", "released"),
                List.of("deduction -5", "deduction -1", "refund 1"),
                List.of("generation_failed", "credit_refunded"),
                0);
        ENDED.put(shop.storeId(), books);
        try (Connection connection = rig.connect();
                PreparedStatement deduct = connection.prepareStatement(
                        "SELECT credits.deduct_store_credits(?, 5, 'manual-1', 'correction')")) {
            deduct.setObject(1, shop.storeId());
            deduct.execute();
            shop.charge(UUID.randomUUID());

            restart(Client.GIVES_UP, Optional.empty());
            Await.until(TIMEOUT, () -> TryOnBooks.of(connection, shop.storeId()), books::equals);
            assertThat(shop.balance()).isEqualTo(5);
        }
    }

    @Test
    void anUnknownLabelRefusesToStart() throws Exception {
        Map<String, String> unknown = Map.of("WEARON_CRASH_AT", "LUNCH");
        RunningService refusing = rig.launch("generation", unknown);
        assertThat(refusing.awaitExit(TIMEOUT)).isNotZero();
        assertThat(Files.readString(refusing.log())).contains("WEARON_CRASH_AT must be");
    }

    /** The services report the same as the tables. */
    private static void assertReported(RepeatingClient shop, End end, List<UUID> sessions) {
        assertThat(shop.balance()).isEqualTo(end == End.COMPLETED ? CREDITS - 1 : CREDITS);
        for (UUID id : sessions) {
            JsonNode session = shop.session(id);
            assertThat(session.get("status").textValue()).isEqualTo(end == End.COMPLETED ? "completed" : "failed");
            assertThat(session.get("credits_refunded").intValue()).isEqualTo(end == End.COMPLETED ? 0 : 1);
            if (end == End.COMPLETED) {
                assertThat(shop.typeOf(session.get("generated_image_url").textValue()))
                        .isEqualTo("image/jpeg");
            }
        }
    }

    private static void assertReplayed(ApiReply again, List<UUID> sessions) {
        assertThat(RepeatingClient.sessionId(again)).isEqualTo(sessions.getFirst());
        assertThat(again.header("Idempotency-Replayed")).contains("true");
    }

    /** From the classes of the service, so that each crash point has a scenario. */
    private static List<String> labels() throws Exception {
        URL classes =
                Suite.ROOT.resolve("generation-service/target/classes/").toUri().toURL();
        try (URLClassLoader service = new URLClassLoader(new URL[] {classes})) {
            Class<?> crashPoint = service.loadClass("dev.wearon.generation.crash.CrashPoint");
            return Arrays.stream(crashPoint.getEnumConstants())
                    .map(label -> ((Enum<?>) label).name())
                    .toList();
        }
    }
}

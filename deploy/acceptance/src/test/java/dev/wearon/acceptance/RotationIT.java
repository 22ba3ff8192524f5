package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.processes.Database;
import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every secret of the suite is changed while clients use it, in the steps of {@code docs/operations.md}: first all learn
 * the new one, then it is used, then the old one is forgotten. Nobody is refused. Only the waits of those steps are not
 * waited for: the clients here hold nothing of before for that long.
 */
class RotationIT {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /** Between two calls of a client: the machine is to start services too. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** Between two try-ons: pictures take more of it than all else here. */
    private static final Duration BETWEEN_TRY_ONS = Duration.ofSeconds(1);

    private static final int CREDITS = 500;
    private static final String OLD_TOKEN = "aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bD0fG";
    private static final String NEW_TOKEN = "zY8xW7vU6tS5rQ4pO3nM2lK1jI0hG9fE";
    private static final String OLD_SIGNING_KEY = "the-old-signing-key-of-these-tests";
    private static final String NEW_SIGNING_KEY = "the-new-signing-key-of-these-tests";
    private static final String OLD_REDIS_PASSWORD = "the-old-redis-password";
    private static final String NEW_REDIS_PASSWORD = "the-new-redis-password";
    private static final String SECOND_ROLES_PASSWORD = "the-password-of-the-second-roles";
    private static final String NEW_PASSWORD = "the-new-database-password";

    @TempDir
    private Path folder;

    private final Queue<Throwable> wrong = new ConcurrentLinkedQueue<>();
    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger created = new AtomicInteger();
    private final byte[] photo = read(Suite.ROOT.resolve("deploy/local/samples/shirt.png"));
    private IdentityKeys keys;
    private IdentityKeys before;
    private RollingServices services;
    private Merchant store;
    private List<String> images;

    @BeforeEach
    void start() throws Exception {
        keys = new IdentityKeys(folder.resolve("identities"));
        keys.makeIfMissing();
        nameByTheIssuerAlone(keys.publicKeys());
        before = new IdentityKeys(Files.createDirectory(folder.resolve("before")));
        for (Path file : List.of(keys.publicKeys(), keys.privateKey("gateway"), keys.privateKey("generation"))) {
            Files.copy(file, before.folder().resolve(file.getFileName()));
        }
        services = new RollingServices(folder, keys);
        redis("on", ">" + OLD_REDIS_PASSWORD, "~*", "&*", "+@all");
        useRedisPassword(OLD_REDIS_PASSWORD);
        services.set("gateway", "WEARON_ADMIN_TOKEN", OLD_TOKEN);
        services.set("storage", "WEARON_STORAGE_SIGNING_KEY", OLD_SIGNING_KEY);
        services.replace(RollingServices.ALL);
        store = Merchant.with(URI.create(services.url("gateway")), OLD_TOKEN, "absorb_mode", CREDITS);
        images = List.of(store.imageUrl(photo), store.imageUrl(photo));
    }

    @AfterEach
    void stop() {
        clients.shutdownNow();
        services.close();
    }

    @Test
    void everySecretIsChangedUnderTrafficWithoutOneFailedCall() throws Exception {
        URI readBefore = URI.create(images.getFirst());
        String oldIdentity = new SignedIdentities(before).store(store.storeId());
        List<Client> steady = new ArrayList<>(List.of(
                keep(BETWEEN_TRY_ONS, this::tryOn),
                keep(() -> uploadTo(askForUpload())),
                keep(() -> call(200, get("/api/v1/credits/balance")))));
        Client readsOfBefore = keep(() -> call(200, HttpRequest.newBuilder(readBefore)));
        Client withOldToken = keep(() -> readStore(OLD_TOKEN));

        // All learn the new ones.
        keys.add("gateway");
        keys.add("generation");
        services.set("gateway", "WEARON_ADMIN_TOKEN", OLD_TOKEN + "," + NEW_TOKEN);
        services.set("storage", "WEARON_STORAGE_PREVIOUS_SIGNING_KEY", NEW_SIGNING_KEY);
        redis(">" + NEW_REDIS_PASSWORD);
        for (String service : RollingServices.ALL) {
            makeSecondRole(service);
            services.set(service, "WEARON_DB_USERNAME", secondRole(service));
            services.set(service, "WEARON_DB_PASSWORD", SECOND_ROLES_PASSWORD);
        }
        String uploadBefore = askForUpload();
        replace(RollingServices.ALL);
        uploadTo(uploadBefore);
        steady.add(keep(() -> readStore(NEW_TOKEN)));

        // The new ones are used.
        for (String issuer : IdentityKeys.ISSUERS) {
            Files.move(keys.nextPrivateKey(issuer), keys.privateKey(issuer), StandardCopyOption.REPLACE_EXISTING);
        }
        services.set("storage", "WEARON_STORAGE_SIGNING_KEY", NEW_SIGNING_KEY);
        services.set("storage", "WEARON_STORAGE_PREVIOUS_SIGNING_KEY", OLD_SIGNING_KEY);
        useRedisPassword(NEW_REDIS_PASSWORD);
        for (String service : RollingServices.ALL) {
            sql("ALTER ROLE %s PASSWORD '%s'".formatted(Database.role(service), NEW_PASSWORD));
        }
        uploadBefore = askForUpload();
        replace(List.of("storage", "generation", "gateway"));
        uploadTo(uploadBefore);
        call(200, balance(oldIdentity));

        // The old ones are forgotten; nobody holds anything of theirs any more.
        withOldToken.end();
        readsOfBefore.end();
        keys.remove("gateway");
        keys.remove("generation");
        services.set("gateway", "WEARON_ADMIN_TOKEN", NEW_TOKEN);
        services.unset("storage", "WEARON_STORAGE_PREVIOUS_SIGNING_KEY");
        redis("<" + OLD_REDIS_PASSWORD);
        for (String service : RollingServices.ALL) {
            services.set(service, "WEARON_DB_USERNAME", Database.role(service));
            services.set(service, "WEARON_DB_PASSWORD", NEW_PASSWORD);
        }
        replace(RollingServices.ALL);
        for (String service : RollingServices.ALL) {
            sql("DROP ROLE " + secondRole(service));
        }
        for (Client client : steady) {
            int until = client.done.get();
            Await.until(PATIENCE, client.done::get, count -> count > until || !wrong.isEmpty());
            client.end();
        }

        assertThat(wrong).isEmpty();
        assertThat(List.of(withOldToken, readsOfBefore)).allMatch(client -> client.done.get() > 10);
        assertThat(store.balance()).isEqualTo(CREDITS - created.get());
        call(401, balance(oldIdentity));
        call(401, storeOf(OLD_TOKEN));
        call(403, HttpRequest.newBuilder(readBefore));
        PostgresAddress withOldPassword = services.database(Database.role("credits"), RollingServices.OLD_PASSWORD);
        assertThatThrownBy(
                        () -> DriverManager.getConnection(withOldPassword.jdbcUrl(), withOldPassword.jdbcProperties()))
                .hasMessageContaining("password authentication failed");
        assertThatThrownBy(() -> new RedisSocket(services.redis().port()).send("AUTH", "wearon", OLD_REDIS_PASSWORD))
                .hasMessageContaining("WRONGPASS");
        assertThat(Secrets.inLogsBelow(
                        folder,
                        OLD_TOKEN,
                        NEW_TOKEN,
                        OLD_SIGNING_KEY,
                        NEW_SIGNING_KEY,
                        OLD_REDIS_PASSWORD,
                        NEW_REDIS_PASSWORD,
                        SECOND_ROLES_PASSWORD,
                        NEW_PASSWORD))
                .isEmpty();
    }

    private void replace(List<String> these) throws IOException, InterruptedException {
        services.replace(these);
        assertThat(wrong).isEmpty();
    }

    /** As every deployment has it that was made before keys had a thumbprint in their names. */
    private static void nameByTheIssuerAlone(Path set) throws IOException {
        Files.writeString(set, Files.readString(set).replaceAll("/[A-Za-z0-9_-]{43}\"", "\""));
    }

    private void tryOn() throws Exception {
        JsonNode session =
                call(201, post("/api/v1/generation/create", Map.of("age_verified", true, "image_urls", images)));
        created.incrementAndGet();
        String id = session.get("session_id").textValue();
        String status;
        do {
            LockSupport.parkNanos(PAUSE.toNanos());
            session = call(200, get("/api/v1/generation/" + id));
            status = session.get("status").textValue();
            assertThat(status).isIn("queued", "processing", "completed");
        } while (!status.equals("completed"));
        call(
                200,
                HttpRequest.newBuilder(
                        URI.create(session.get("generated_image_url").textValue())));
    }

    private String askForUpload() throws Exception {
        Map<String, ?> file = Map.of("file_name", "photo.png", "content_type", "image/png", "size", photo.length);
        JsonNode answer = call(201, post("/api/v1/storage/uploads", Map.of("files", List.of(file))));
        return answer.get("uploads").get(0).get("upload_url").textValue();
    }

    private void uploadTo(String url) throws Exception {
        call(
                201,
                HttpRequest.newBuilder(URI.create(url))
                        .header("Content-Type", "image/png")
                        .PUT(BodyPublishers.ofByteArray(photo)));
    }

    private void readStore(String token) throws Exception {
        call(200, storeOf(token));
    }

    private HttpRequest.Builder storeOf(String token) {
        return HttpRequest.newBuilder(URI.create(services.url("gateway") + "/admin/v1/stores/" + store.storeId()))
                .header("Authorization", "Bearer " + token);
    }

    /** Past the gateway. */
    private HttpRequest.Builder balance(String identity) {
        return HttpRequest.newBuilder(URI.create(services.url("credits") + "/api/v1/credits/balance"))
                .header("Authorization", identity);
    }

    private HttpRequest.Builder get(String path) {
        return HttpRequest.newBuilder(URI.create(services.url("gateway") + path))
                .header("Authorization", "Bearer " + store.apiKey());
    }

    private HttpRequest.Builder post(String path, Map<String, ?> body) throws IOException {
        return get(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(JSON.writeValueAsString(body)));
    }

    /** @return the data of an answer in an envelope */
    private static JsonNode call(int status, HttpRequest.Builder call) throws IOException, InterruptedException {
        HttpRequest request = call.timeout(PATIENCE).build();
        HttpResponse<byte[]> answer = HTTP.send(request, BodyHandlers.ofByteArray());
        assertThat(answer.statusCode())
                .as(() -> "%s %s: %s"
                        .formatted(
                                request.method(),
                                request.uri().getPath(),
                                new String(answer.body(), StandardCharsets.UTF_8)))
                .isEqualTo(status);
        boolean json = answer.headers().firstValue("Content-Type").orElse("").startsWith("application/json");
        return json ? JSON.readTree(answer.body()).path("data") : null;
    }

    private void useRedisPassword(String password) {
        String url = services.redis().url().replace("redis://", "redis://wearon:" + password + "@");
        services.set("gateway", "WEARON_REDIS_URL", url);
        services.set("generation", "WEARON_REDIS_URL", url);
    }

    /** Changes the suite's user of Redis. */
    private void redis(String... rules) {
        List<String> command = new ArrayList<>(List.of("ACL", "SETUSER", "wearon"));
        command.addAll(List.of(rules));
        new RedisSocket(services.redis().port()).send(command.toArray(String[]::new));
    }

    private static String secondRole(String service) {
        return Database.role(service) + "_2";
    }

    /** A role of its own to log in with, that then is the first one, under the same settings. */
    private void makeSecondRole(String service) throws SQLException {
        String first = Database.role(service);
        String second = secondRole(service);
        sql("CREATE ROLE %s LOGIN PASSWORD '%s' IN ROLE %s".formatted(second, SECOND_ROLES_PASSWORD, first));
        sql("ALTER ROLE %s SET role = %s".formatted(second, first));
        try (Connection connection = services.connect();
                Statement statement = connection.createStatement();
                ResultSet settings = statement.executeQuery("""
                        SELECT format('ALTER ROLE %%I SET %%I TO %%L', '%s', split_part(setting, '=', 1),
                                      substr(setting, strpos(setting, '=') + 1))
                          FROM pg_db_role_setting, unnest(setconfig) AS setting
                         WHERE setrole = '%s'::regrole
                        """.formatted(second, first))) {
            while (settings.next()) {
                sql(settings.getString(1));
            }
        }
    }

    private void sql(String statement) throws SQLException {
        try (Connection connection = services.connect();
                Statement executed = connection.createStatement()) {
            executed.execute(statement);
        }
    }

    private Client keep(Step step) {
        return keep(PAUSE, step);
    }

    private Client keep(Duration pause, Step step) {
        Client client = new Client();
        client.running = clients.submit(() -> {
            while (!client.ended) {
                try {
                    step.run();
                    client.done.incrementAndGet();
                } catch (Exception | AssertionError failed) {
                    wrong.add(failed);
                }
                LockSupport.parkNanos(pause.toNanos());
            }
        });
        return client;
    }

    private static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Somebody who does one thing again and again. */
    private static final class Client {

        private final AtomicInteger done = new AtomicInteger();
        private volatile boolean ended;
        private Future<?> running;

        /** Returns when its last call is answered. */
        void end() throws Exception {
            ended = true;
            running.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }
}

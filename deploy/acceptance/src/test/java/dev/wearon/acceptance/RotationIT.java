package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.wearon.processes.Database;
import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.SignedIdentities;
import dev.wearon.testkit.ApiClient;
import dev.wearon.testkit.ApiReply;
import dev.wearon.testkit.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
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
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every secret of the suite is changed under traffic, in the steps of {@code docs/operations/secrets.md}: first all services accept the new
 * one, then they use it, then they refuse the old one. No call fails. The test leaves out the waits between the steps, because its
 * clients hold no old URL or identity for that long.
 */
@Tag("thorough")
class RotationIT {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    /** The pause between two calls of a client, because the machine also starts services. */
    private static final Duration PAUSE = Duration.ofMillis(100);

    /** The pause between two try-ons, because pictures need most of the processor time. */
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
    private final byte[] photo = read(Merchant.PERSON);
    private IdentityKeys keys;
    private IdentityKeys before;
    private RollingServices services;
    private String oldPassword;
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
        services = new RollingServices(folder);
        oldPassword = services.rig().database("credits").password();
        changeRedisUser("on", ">" + OLD_REDIS_PASSWORD, "~*", "&*", "+@all");
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
        String readBefore = images.getFirst();
        String oldIdentity = new SignedIdentities(before).store(store.storeId());
        List<Client> steady = new ArrayList<>(
                List.of(keep(BETWEEN_TRY_ONS, this::tryOn), keep(() -> uploadTo(askForUpload())), keep(() -> gateway(
                                store.apiKey())
                        .get("/api/v1/credits/balance")
                        .expect(200))));
        Client readsOfBefore = keep(() -> read(readBefore).expect(200));
        Client withOldToken = keep(() -> readStore(OLD_TOKEN).expect(200));

        // All services accept the new secrets.
        keys.add("gateway");
        keys.add("generation");
        services.set("gateway", "WEARON_ADMIN_TOKEN", OLD_TOKEN + "," + NEW_TOKEN);
        services.set("storage", "WEARON_STORAGE_PREVIOUS_SIGNING_KEY", NEW_SIGNING_KEY);
        changeRedisUser(">" + NEW_REDIS_PASSWORD);
        for (String service : RollingServices.ALL) {
            makeSecondRole(service);
            services.set(service, "WEARON_DB_USERNAME", secondRole(service));
            services.set(service, "WEARON_DB_PASSWORD", SECOND_ROLES_PASSWORD);
        }
        String uploadBefore = askForUpload();
        replace(RollingServices.ALL);
        uploadTo(uploadBefore);
        steady.add(keep(() -> readStore(NEW_TOKEN).expect(200)));

        // The services use the new secrets.
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
        balance(oldIdentity).expect(200);

        // The old secrets are refused. No client has an old URL or identity now.
        withOldToken.end();
        readsOfBefore.end();
        keys.remove("gateway");
        keys.remove("generation");
        services.set("gateway", "WEARON_ADMIN_TOKEN", NEW_TOKEN);
        services.unset("storage", "WEARON_STORAGE_PREVIOUS_SIGNING_KEY");
        changeRedisUser("<" + OLD_REDIS_PASSWORD);
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
            Await.until(TIMEOUT, client.done::get, count -> count > until || !wrong.isEmpty());
            client.end();
        }

        assertThat(wrong).isEmpty();
        assertThat(List.of(withOldToken, readsOfBefore)).allMatch(client -> client.done.get() > 10);
        assertThat(store.balance()).isEqualTo(CREDITS - created.get());
        balance(oldIdentity).expect(401);
        readStore(OLD_TOKEN).expect(401);
        read(readBefore).expect(403);
        PostgresAddress withOldPassword =
                services.rig().superuser().with(Database.NAME, Database.role("credits"), oldPassword);
        assertThatThrownBy(
                        () -> DriverManager.getConnection(withOldPassword.jdbcUrl(), withOldPassword.jdbcProperties()))
                .hasMessageContaining("password authentication failed");
        assertThatThrownBy(() -> redis().send("AUTH", "wearon", OLD_REDIS_PASSWORD))
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

    private void replace(List<String> these) throws IOException {
        services.replace(these);
        assertThat(wrong).isEmpty();
    }

    /** Older deployments have such a set: the names of its keys have no thumbprint. */
    private static void nameByTheIssuerAlone(Path set) throws IOException {
        Files.writeString(set, Files.readString(set).replaceAll("/[A-Za-z0-9_-]{43}\"", "\""));
    }

    private void tryOn() {
        JsonNode session = gateway(store.apiKey())
                .post("/api/v1/generation/create", Map.of("age_verified", true, "image_urls", images))
                .expect(201)
                .data();
        created.incrementAndGet();
        String id = session.get("session_id").textValue();
        String status;
        do {
            LockSupport.parkNanos(PAUSE.toNanos());
            session = gateway(store.apiKey())
                    .get("/api/v1/generation/" + id)
                    .expect(200)
                    .data();
            status = session.get("status").textValue();
            assertThat(status).isIn("queued", "processing", "completed");
        } while (!status.equals("completed"));
        read(session.get("generated_image_url").textValue()).expect(200);
    }

    private String askForUpload() {
        Map<String, ?> file = Map.of("file_name", "photo.png", "content_type", "image/png", "size", photo.length);
        return gateway(store.apiKey())
                .post("/api/v1/storage/uploads", Map.of("files", List.of(file)))
                .expect(201)
                .data()
                .get("uploads")
                .get(0)
                .get("upload_url")
                .textValue();
    }

    private void uploadTo(String url) {
        anonymous().put(url, "image/png", photo).expect(201);
    }

    private ApiReply read(String url) {
        return anonymous().get(url);
    }

    private ApiReply readStore(String token) {
        return gateway(token).get("/admin/v1/stores/" + store.storeId());
    }

    /** Calls credits without the gateway. */
    private ApiReply balance(String identity) {
        return ApiClient.of(services.url("credits"))
                .within(TIMEOUT)
                .as(identity)
                .get("/api/v1/credits/balance");
    }

    private ApiClient gateway(String key) {
        return anonymous().withKey(key);
    }

    private ApiClient anonymous() {
        return ApiClient.of(services.url("gateway")).within(TIMEOUT).checkedBy(ContractExtension.CONTRACT);
    }

    private RedisSocket redis() throws IOException {
        return new RedisSocket(URI.create(services.rig().redisUrl()).getPort());
    }

    private void useRedisPassword(String password) throws IOException {
        String url = services.rig().redisUrl().replace("redis://", "redis://wearon:" + password + "@");
        services.set("gateway", "WEARON_REDIS_URL", url);
        services.set("generation", "WEARON_REDIS_URL", url);
    }

    /** Changes the Redis user of the services. */
    private void changeRedisUser(String... rules) throws IOException {
        List<String> command = new ArrayList<>(List.of("ACL", "SETUSER", "wearon"));
        command.addAll(List.of(rules));
        redis().send(command.toArray(String[]::new));
    }

    private static String secondRole(String service) {
        return Database.role(service) + "_2";
    }

    /** A second login with the settings of the first one, which it becomes after the login. */
    private void makeSecondRole(String service) throws SQLException {
        String first = Database.role(service);
        String second = secondRole(service);
        sql("CREATE ROLE %s LOGIN PASSWORD '%s' IN ROLE %s".formatted(second, SECOND_ROLES_PASSWORD, first));
        sql("ALTER ROLE %s SET role = %s".formatted(second, first));
        try (Connection connection = services.rig().connect();
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
        try (Connection connection = services.rig().connect();
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

    /** Repeats one step until it is ended. */
    private static final class Client {

        private final AtomicInteger done = new AtomicInteger();
        private volatile boolean ended;
        private Future<?> running;

        /** Returns after its last call. */
        void end() throws Exception {
            ended = true;
            running.get(TIMEOUT.toSeconds(), TimeUnit.SECONDS);
        }
    }
}

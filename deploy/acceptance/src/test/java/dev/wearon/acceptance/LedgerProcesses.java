package dev.wearon.acceptance;

import dev.wearon.local.servers.Database;
import dev.wearon.local.servers.IdentityKeys;
import dev.wearon.local.servers.Ports;
import dev.wearon.local.servers.Postgres;
import dev.wearon.local.servers.PostgresAddress;
import dev.wearon.local.servers.Program;
import dev.wearon.local.suite.ServiceProgram;
import dev.wearon.local.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;

/** credits-service as the build packaged it and a PostgreSQL that flushes to disk, both there to be killed. */
final class LedgerProcesses implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();

    private final Path folder;
    private final IdentityKeys keys;
    private final Postgres postgres;
    private final PostgresAddress database;
    private final ServiceProgram service;
    private final String url;
    private Process postgresProcess;
    private Process serviceProcess;

    LedgerProcesses(Path folder) throws IOException, SQLException {
        this.folder = folder;
        // Also when this JVM is ended from outside and nobody closes.
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
        keys = new IdentityKeys(folder.resolve("identities"));
        keys.makeIfMissing();
        postgres = new Postgres(folder.resolve("postgres"), Ports.free(), "test");
        postgresProcess = start(postgres);
        PostgresAddress credits = Database.layOut(postgres.address(), Database.NAME, Map.of("credits", "test"))
                .get("credits");
        database = postgres.address().with(Database.NAME, Postgres.SUPERUSER, "test");
        int port = Ports.free();
        int managementPort = Ports.free();
        url = "http://127.0.0.1:" + port;
        service = new ServiceProgram(
                "credits-service",
                Suite.ROOT.resolve("credits-service/target/quarkus-app"),
                port,
                managementPort,
                160,
                Map.of(
                        "WEARON_HTTP_PORT", Integer.toString(port),
                        "WEARON_MANAGEMENT_PORT", Integer.toString(managementPort),
                        "WEARON_DB_URL", credits.url(),
                        "WEARON_DB_USERNAME", credits.user(),
                        "WEARON_DB_PASSWORD", credits.password(),
                        "WEARON_IDENTITY_PUBLIC_KEYS", keys.publicKeys().toString()));
        serviceProcess = start(service);
    }

    String url() {
        return url;
    }

    /** As the superuser; the caller closes it. */
    Connection connect() throws SQLException {
        return DriverManager.getConnection(database.jdbcUrl(), database.jdbcProperties());
    }

    /** Ends the service in the middle of whatever it does, and starts it again. */
    void killService() throws IOException {
        serviceProcess.destroyForcibly().onExit().join();
        serviceProcess = start(service);
    }

    /** The same for the whole server, the postmaster first so that it cannot look after its children. */
    void killPostgres() throws IOException {
        List<ProcessHandle> children = postgresProcess.descendants().toList();
        postgresProcess.destroyForcibly().onExit().join();
        children.forEach(ProcessHandle::destroyForcibly);
        // It refuses to start as long as one of the old processes is still attached to the old shared memory.
        postgresProcess = Await.until(PATIENCE, () -> start(postgres), Process::isAlive);
    }

    String storeIdentity(UUID storeId) {
        return sign("""
                "sub":"%s","groups":["store"],"store_id":"%s","billing_mode":"absorb_mode"
                """.formatted(storeId, storeId), "gateway");
    }

    String serviceIdentity() {
        return sign("\"sub\":\"generation\",\"groups\":[\"service\"]", "generation");
    }

    @Override
    public void close() {
        Stream.of(serviceProcess, postgresProcess)
                .filter(process -> process != null)
                .forEach(process -> {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                });
    }

    private Process start(Program program) throws IOException {
        return program.start(folder.resolve(program.name() + ".log"), PATIENCE);
    }

    private String sign(String claims, String issuer) {
        try {
            String header = "{\"alg\":\"RS256\",\"typ\":\"JWT\",\"kid\":\"%s\"}".formatted(issuer);
            long now = Instant.now().getEpochSecond();
            String all = "{\"iss\":\"%s\",\"iat\":%d,\"exp\":%d,\"jti\":\"%s\",%s}"
                    .formatted(issuer, now, now + 3600, UUID.randomUUID(), claims);
            String signed = encode(header) + "." + encode(all);
            Signature signature = Signature.getInstance("SHA256withRSA");
            String pem = Files.readString(keys.privateKey(issuer)).replaceAll("-----[A-Z ]+-----|\\s", "");
            signature.initSign(KeyFactory.getInstance("RSA")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem))));
            signature.update(signed.getBytes(StandardCharsets.US_ASCII));
            return "Bearer " + signed + "." + BASE64.encodeToString(signature.sign());
        } catch (GeneralSecurityException | IOException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static String encode(String part) {
        return BASE64.encodeToString(part.getBytes(StandardCharsets.UTF_8));
    }
}

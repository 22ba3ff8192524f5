package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.processes.Ports;
import dev.wearon.processes.Redis;
import dev.wearon.processes.services.Rig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** TLS to PostgreSQL and Redis, with certificates of a private authority, and a user of Redis with few rights. */
@Tag("thorough")
class EncryptedServersIT {

    private static final String PASSWORD = "the-redis-password-of-these-tests";

    private static final Path PAGE = Suite.ROOT.resolve("docs/operations/deploy.md");
    private static final Pattern ACL = Pattern.compile("ACL SETUSER wearon on >PASSWORD (.*)");

    private static final String CONNECTIONS = """
            SELECT count(*) FILTER (WHERE ssl) AS encrypted, count(*) FILTER (WHERE NOT ssl) AS plain
              FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)
             WHERE usename LIKE 'wearon\\_%'
            """;

    @TempDir
    private Path folder;

    private Rig rig;
    private Certificates certificates;

    @BeforeEach
    void start() throws Exception {
        rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
        certificates = Certificates.in(folder.resolve("certificates"));
        try (Connection connection = rig.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER SYSTEM SET ssl_cert_file = '" + certificates.server() + "'");
            statement.execute("ALTER SYSTEM SET ssl_key_file = '" + certificates.key() + "'");
            statement.execute("ALTER SYSTEM SET ssl = on");
            statement.execute("SELECT pg_reload_conf()");
        }
    }

    @AfterEach
    void stop() throws IOException {
        rig.close();
        assertThat(Secrets.inLogsBelow(folder, PASSWORD, Rig.ADMIN_TOKEN)).isEmpty();
    }

    /** Answers plain calls of the test, and calls with TLS. Returns its plain port. */
    private int startRedis(int tlsPort) throws IOException {
        int port = Ports.free();
        Path data = folder.resolve("encrypted-redis");
        rig.start(new RedisWithSettings(
                "encrypted-redis",
                data,
                new Redis(data, port),
                List.of(
                        "bind 127.0.0.1",
                        "port " + port,
                        "tls-port " + tlsPort,
                        "tls-cert-file " + certificates.server(),
                        "tls-key-file " + certificates.key(),
                        "tls-auth-clients no",
                        "save \"\"",
                        "dir " + data)));
        return port;
    }

    /** The rules on the page for operators. */
    private static String[] rules() throws IOException {
        Matcher rules = ACL.matcher(Files.readString(PAGE));
        assertThat(rules.find()).isTrue();
        return rules.group(1).split(" ");
    }

    @Test
    void aTryOnNeedsOnlyEncryptedConnectionsAndTheDocumentedRights() throws Exception {
        int tlsPort = Ports.free();
        RedisSocket redis = new RedisSocket(startRedis(tlsPort));
        List<String> user = new ArrayList<>(List.of("ACL", "SETUSER", "wearon", "on", ">" + PASSWORD));
        user.addAll(List.of(rules()));
        redis.send(user.toArray(String[]::new));
        Map<String, String> variables = new HashMap<>(Map.of(
                "WEARON_DB_CA", certificates.authority().toString(),
                "WEARON_REDIS_CA", certificates.authority().toString(),
                "WEARON_REDIS_URL", "rediss://wearon:" + PASSWORD + "@127.0.0.1:" + tlsPort,
                "WEARON_PUBLIC_URL", rig.url("gateway")));
        for (String service : List.of("credits", "storage", "generation", "gateway")) {
            rig.start(service, variables);
        }
        Merchant store = Merchant.with(URI.create(rig.url("gateway")), Rig.ADMIN_TOKEN, "absorb_mode", 1);
        assertThat(store.ended(store.created(store.images())).getString("data.status"))
                .isEqualTo("completed");
        try (Connection connection = rig.connect();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(CONNECTIONS)) {
            row.next();
            assertThat(row.getInt("encrypted")).isGreaterThan(3);
            assertThat(row.getInt("plain")).isZero();
        }
        assertThat(redis.send("ACL", "LOG", "0")).as("no call was denied").isEqualTo("0");
        assertThat(redis.send("DBSIZE")).as("the gateway counts there").isNotEqualTo("0");
    }

    @Test
    void aServerOfAnotherAuthorityIsRefused() throws Exception {
        Certificates others = Certificates.in(folder.resolve("others"));
        assertThatThrownBy(() -> rig.start(
                        "credits", Map.of("WEARON_DB_CA", others.authority().toString())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ended with exit code 1")
                .hasMessageContaining("trust anchors");
    }

    @Test
    void theCommandThatMigratesChecksTheServerToo() throws Exception {
        Certificates others = Certificates.in(folder.resolve("others"));
        Suite.Ran refused = migrate(others.authority());
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.output()).contains("The PostgreSQL server of WEARON_DB_URL", "refused: ");
        Suite.Ran migrated = migrate(certificates.authority());
        assertThat(migrated.exitCode()).as(migrated.output()).isZero();
    }

    private Suite.Ran migrate(Path ca) throws Exception {
        Map<String, String> variables = Map.of(
                "WEARON_DB_URL", rig.superuser().urlWithPassword(),
                "WEARON_DB_CA", ca.toString());
        return new Suite(folder.resolve("data"), Ports.freeRange(10), variables).wearon("migrate");
    }
}

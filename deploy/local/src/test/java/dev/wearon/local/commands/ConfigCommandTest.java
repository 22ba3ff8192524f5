package dev.wearon.local.commands;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.configuration.Variables;
import dev.wearon.local.suite.Environment;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reads the real page with the variables. */
class ConfigCommandTest {

    private static final Map<String, String> ENVIRONMENT = Map.ofEntries(
            Map.entry("WEARON_SHOPIFY_CLIENT_SECRET_BEFORE", "hush-client-secret"),
            Map.entry("WEARON_SHOPIFY_TOKEN_KEYS", "hush-token-keys"),
            Map.entry("WEARON_ORDERS_SHOPPER_KEYS", "hush-shopper-keys"),
            Map.entry("WEARON_WEBHOOK_KEYS", "hush-webhook-keys"),
            Map.entry("WEARON_ADMIN_TOKEN", "hush-token-of-the-operator"),
            Map.entry("WEARON_STORAGE_SIGNING_KEY", "hush-signing-key"),
            Map.entry("WEARON_STORAGE_S3_SECRET_ACCESS_KEY", "hush-s3-key"),
            Map.entry("WEARON_API_KEY", "hush-api-key"),
            Map.entry("WEARON_DB_URL", "postgresql://ann:hush-password@db.example.com:5432/wearon"),
            Map.entry("WEARON_REDIS_URL", "redis://:hush-redis@redis.example.com:6379?password=hush-query"),
            Map.entry("WEARON_CREDITS_URL", "http://hush-user@credits.example.com:8081?key=hush-key"),
            Map.entry("WEARON_STORAGE_S3_ENDPOINT", "http://ann:hush-p/q w@s3.example.com?token=hush-token"),
            Map.entry("WEARON_STORAGE_RETENTION", "1h"));

    @TempDir
    Path data;

    private static String root;

    @BeforeAll
    static void useTheRealPage() {
        root = System.getProperty("wearon.root");
        System.setProperty("wearon.root", "../..");
    }

    @AfterAll
    static void restore() {
        if (root == null) {
            System.clearProperty("wearon.root");
        } else {
            System.setProperty("wearon.root", root);
        }
    }

    @Test
    void listsEveryVariableOnce() throws Exception {
        Set<String> all = new TreeSet<>(Variables.known());
        all.addAll(Environment.own());
        assertThat(json(Map.of()).findValuesAsText("name")).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void showsValueSourceAndDefault() throws Exception {
        JsonNode settings = json(ENVIRONMENT);
        assertThat(setting(settings, "WEARON_STORAGE_RETENTION")).isEqualTo(new ObjectMapper().readTree("""
                        {"name": "WEARON_STORAGE_RETENTION", "value": "1h", "secret": false, "source": "ENVIRONMENT",
                         "default_value": "6h"}"""));
        assertThat(setting(settings, "WEARON_BATCHES_SIZE").path("value").asText())
                .isEqualTo("64");
        assertThat(setting(settings, "WEARON_BATCHES_SIZE").path("source").asText())
                .isEqualTo("DEFAULT");
        assertThat(setting(settings, "WEARON_DATA").path("source").asText()).isEqualTo("OPTION");
        assertThat(setting(settings, "WEARON_HTTP_PORT").path("value").asText())
                .contains("8080 (gateway)", "8081 (credits)");
        assertThat(setting(settings, "WEARON_LIMITS_PER_MINUTE_GROWTH")
                        .path("default_value")
                        .asText())
                .isEqualTo("30");
    }

    @Test
    void hidesSecrets() throws Exception {
        String text = run(ENVIRONMENT, 0, "config");
        assertThat(text + run(ENVIRONMENT, 0, "config", "--json")).doesNotContain("hush");
        assertThat(text)
                .contains(
                        "postgresql://***@db.example.com:5432/wearon",
                        "redis://***@redis.example.com:6379?***",
                        "http://***@credits.example.com:8081?***",
                        "http://***@s3.example.com?***")
                .containsPattern("WEARON_ADMIN_TOKEN +environment +- +\\(hidden\\)")
                .containsPattern("WEARON_DB_PASSWORD +wearon +- +\\(hidden\\)");
        assertThat(setting(json(ENVIRONMENT), "WEARON_STORAGE_SIGNING_KEY")
                        .path("value")
                        .isNull())
                .isTrue();
    }

    @Test
    void showsOnlyNamesWithAPart() throws Exception {
        assertThat(run(Map.of(), 0, "config", "limits").lines().skip(1))
                .isNotEmpty()
                .allMatch(line -> line.startsWith("WEARON_LIMITS_"));
        assertThat(run(Map.of(), 2, "config", "nonsense")).contains("No variable has nonsense", "hint: ");
    }

    @Test
    void addsUpTheConnectionsToPostgreSql() throws Exception {
        assertThat(run(Map.of(), 0, "config"))
                .contains("at most: 72 (credits 16, gateway 16, generation 16, storage 16, migrations 8)");
        Map<String, String> small = Map.of("WEARON_DB_POOL_SIZE", "4");
        assertThat(run(small, 0, "config", "pool_size")).contains("at most: 24 (");
        assertThat(json(small).at("/connections/total").intValue()).isEqualTo(24);
    }

    @Test
    void refusesAnUnknownVariable() {
        assertThat(run(Map.of("WEARON_BATCHES_SIZ", "hush"), 2, "config"))
                .contains("did you mean WEARON_BATCHES_SIZE?")
                .doesNotContain("hush");
    }

    private static JsonNode setting(JsonNode settings, String name) {
        for (JsonNode setting : settings.path("settings")) {
            if (setting.path("name").asText().equals(name)) {
                return setting;
            }
        }
        throw new AssertionError(name);
    }

    private JsonNode json(Map<String, String> environment) throws Exception {
        return new ObjectMapper().readTree(run(environment, 0, "config", "--json"));
    }

    private String run(Map<String, String> environment, int exitCode, String... arguments) {
        StringWriter text = new StringWriter();
        String[] all = Arrays.copyOf(arguments, arguments.length + 2);
        all[arguments.length] = "--data";
        all[arguments.length + 1] = data.toString();
        int exit = Wearon.commandLine(environment)
                .setOut(new PrintWriter(text))
                .setErr(new PrintWriter(text))
                .execute(all);
        assertThat(exit).as(text.toString()).isEqualTo(exitCode);
        return text.toString();
    }
}

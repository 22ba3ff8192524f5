package dev.wearon.processes.services;

import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.PostgresAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Which configuration each of the four services needs to find its servers, its keys and the other services. The suite, the
 * tests and the benchmarks state the facts; this class alone knows the names of the properties. A fact that was not stated is
 * left out.
 *
 * <p>A service is named by its schema: {@code gateway}, {@code credits}, {@code generation} or {@code storage}.
 */
public final class ServiceEnvironment {

    /** The services that call others, with those that they call. */
    private static final Map<String, List<String>> CALLS = Map.of(
            "gateway", List.of("credits", "generation", "storage"),
            "generation", List.of("credits", "storage"));

    private static final List<String> REDIS_CLIENTS = List.of("gateway", "generation");
    private static final String DB_URL = "wearon.db.url";
    private static final String REDIS_URL = "wearon.redis.url";

    /** The variables with which a service migrates its schema and ends. */
    public static final Map<String, String> MIGRATE_AND_EXIT =
            Map.of("QUARKUS_INIT_AND_EXIT", "true", "WEARON_DB_MIGRATE_AT_START", "true");

    private final Map<String, PostgresAddress> databases = new HashMap<>();
    private final Map<String, String> urls = new HashMap<>();
    private IdentityKeys keys;
    private String redisUrl;
    private String publicUrl;
    private String adminToken;
    private String webhookKey;
    private Path imageFolder;
    private String signingKey;

    /** @param address with the role of the service */
    public ServiceEnvironment database(String service, PostgresAddress address) {
        databases.put(service, address);
        return this;
    }

    /** Where the others reach the service. */
    public ServiceEnvironment url(String service, String url) {
        urls.put(service, url);
        return this;
    }

    public ServiceEnvironment keys(IdentityKeys identityKeys) {
        keys = identityKeys;
        return this;
    }

    public ServiceEnvironment redis(String url) {
        redisUrl = url;
        return this;
    }

    /** How signed URLs begin; without it, with the URL of the storage process itself. */
    public ServiceEnvironment publicUrl(String url) {
        publicUrl = url;
        return this;
    }

    public ServiceEnvironment adminToken(String token) {
        adminToken = token;
        return this;
    }

    /** Encrypts the secrets of webhook endpoints. Without it, stores cannot create endpoints. */
    public ServiceEnvironment webhookKey(String key) {
        webhookKey = key;
        return this;
    }

    /** Where storage keeps the bytes of images, and the key that signs its URLs. */
    public ServiceEnvironment images(Path folder, String urlSigningKey) {
        imageFolder = folder;
        signingKey = urlSigningKey;
        return this;
    }

    /** The environment variables of a process. */
    public Map<String, String> variables(String service, int port, int managementPort) {
        Map<String, String> variables = new TreeMap<>(ports(port, managementPort));
        // People read the logs of one machine.
        variables.put("WEARON_LOG_JSON", "false");
        if (service.equals("storage") || service.equals("gateway")) {
            variables.put("WEARON_PUBLIC_URL", "http://127.0.0.1:" + port);
        }
        properties(service).forEach((property, value) -> variables.put(variable(property), value));
        return variables;
    }

    /** The variables with which a process takes other ports. */
    public static Map<String, String> ports(int port, int managementPort) {
        return Map.of(
                "WEARON_HTTP_PORT", Integer.toString(port),
                "WEARON_MANAGEMENT_PORT", Integer.toString(managementPort));
    }

    /** The variable with which a process reaches its database elsewhere, for example through a proxy. */
    public static Map<String, String> databaseAt(PostgresAddress address) {
        return Map.of(variable(DB_URL), address.url());
    }

    /** The same without ports, by the names of the properties. */
    public Map<String, String> properties(String service) {
        Map<String, String> properties = new TreeMap<>();
        PostgresAddress database = databases.get(service);
        if (database != null) {
            properties.put(DB_URL, database.url());
            properties.put("wearon.db.username", database.user());
            properties.put("wearon.db.password", database.password());
        }
        if (keys != null) {
            properties.put("wearon.identity.public-keys", keys.publicKeys().toString());
            if (IdentityKeys.ISSUERS.contains(service)) {
                properties.put(
                        "wearon.identity.private-key", keys.privateKey(service).toString());
            }
        }
        if (usesRedis(service)) {
            putIfKnown(properties, REDIS_URL, redisUrl);
        }
        for (String other : calls(service)) {
            putIfKnown(properties, "wearon.%s.url".formatted(other), urls.get(other));
        }
        if (service.equals("gateway")) {
            putIfKnown(properties, "wearon.admin-token", adminToken);
            putIfKnown(properties, "wearon.webhook.keys", webhookKey);
            putIfKnown(properties, "wearon.public-url", publicUrl);
        }
        if (service.equals("storage")) {
            putIfKnown(properties, "wearon.public-url", publicUrl);
            putIfKnown(properties, "wearon.storage.data-dir", imageFolder);
            putIfKnown(properties, "wearon.storage.signing-key", signingKey);
        }
        return properties;
    }

    /** The other services that a service calls. */
    public static List<String> calls(String service) {
        return CALLS.getOrDefault(service, List.of());
    }

    public static boolean usesRedis(String service) {
        return REDIS_CLIENTS.contains(service);
    }

    static boolean setsRedis(Map<String, String> variables) {
        return variables.containsKey(variable(REDIS_URL));
    }

    /** The environment variable of a property. */
    public static String variable(String property) {
        return property.replaceAll("[.-]", "_").toUpperCase(Locale.ROOT);
    }

    private static void putIfKnown(Map<String, String> properties, String property, Object value) {
        if (value != null) {
            properties.put(property, value.toString());
        }
    }
}

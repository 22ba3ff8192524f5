package dev.wearon.local.suite;

import dev.wearon.processes.Database;
import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.Postgres;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.Program;
import dev.wearon.processes.Redis;
import dev.wearon.processes.services.ServiceProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The programs of one suite, composed from where it lies, its secrets and the caller's wishes.
 *
 * @param postgres empty when an existing server is used
 * @param redis empty when an existing server is used
 * @param admin the database's administrator, on the suite's own server or the existing one
 * @param redisUrl of the suite's own server or the existing one
 * @param adminToken the one that the gateway takes
 */
public record Suite(
        Optional<Postgres> postgres,
        Optional<Redis> redis,
        List<ServiceProgram> services,
        PostgresAddress admin,
        String redisUrl,
        String adminToken) {

    /** The image work needs room; the others live on little. */
    private static final Map<String, Integer> HEAP_MB = Map.of("generation-service", 384);

    private static final int USUAL_HEAP_MB = 160;

    public static Suite of(Layout layout, Secrets secrets, Environment environment) throws UserError {
        Optional<Postgres> postgres = environment.postgres().isPresent()
                ? Optional.empty()
                : Optional.of(new Postgres(layout.postgresData(), layout.postgresPort(), secrets.postgresPassword()));
        Optional<Redis> redis = environment.redis().isPresent()
                ? Optional.empty()
                : Optional.of(new Redis(layout.redisData(), layout.redisPort()));
        PostgresAddress admin =
                environment.postgres().orElseGet(() -> postgres.orElseThrow().address());
        String redisUrl =
                environment.redis().orElseGet(() -> redis.orElseThrow().url());
        List<ServiceProgram> services = new ArrayList<>();
        for (String service : Layout.SERVICES) {
            services.add(service(layout, secrets, environment, service, admin, redisUrl));
        }
        String adminToken = environment.adminToken().orElse(secrets.adminToken());
        return new Suite(postgres, redis, List.copyOf(services), admin, redisUrl, adminToken);
    }

    /** All programs that this suite runs, in the order in which they start; they stop in the opposite one. */
    public List<Program> programs() {
        List<Program> programs = new ArrayList<>();
        postgres.ifPresent(programs::add);
        redis.ifPresent(programs::add);
        programs.addAll(services);
        return programs;
    }

    private static ServiceProgram service(
            Layout layout,
            Secrets secrets,
            Environment environment,
            String service,
            PostgresAddress admin,
            String redisUrl)
            throws UserError {
        String schema = Layout.schema(service);
        IdentityKeys keys = new IdentityKeys(layout.identities());
        Map<String, String> variables = new TreeMap<>();
        variables.put("WEARON_HTTP_PORT", Integer.toString(layout.port(service)));
        variables.put("WEARON_MANAGEMENT_PORT", Integer.toString(layout.managementPort(service)));
        variables.put(
                "WEARON_DB_URL",
                admin.with(Database.name(admin), admin.user(), admin.password()).url());
        variables.put("WEARON_DB_USERNAME", Database.role(schema));
        variables.put("WEARON_DB_PASSWORD", secrets.schemaPasswords().get(schema));
        variables.put("WEARON_IDENTITY_PUBLIC_KEYS", keys.publicKeys().toString());
        if (IdentityKeys.ISSUERS.contains(schema)) {
            variables.put("WEARON_IDENTITY_PRIVATE_KEY", keys.privateKey(schema).toString());
        }
        variables.put("WEARON_PUBLIC_URL", layout.url("gateway-service"));
        switch (service) {
            case "gateway-service" -> {
                variables.put("WEARON_ADMIN_TOKEN", secrets.adminToken());
                variables.put("WEARON_REDIS_URL", redisUrl);
                variables.put("WEARON_CREDITS_URL", layout.url("credits-service"));
                variables.put("WEARON_GENERATION_URL", layout.url("generation-service"));
                variables.put("WEARON_STORAGE_URL", layout.url("storage-service"));
            }
            case "generation-service" -> {
                variables.put("WEARON_REDIS_URL", redisUrl);
                variables.put("WEARON_CREDITS_URL", layout.url("credits-service"));
                variables.put("WEARON_STORAGE_URL", layout.url("storage-service"));
            }
            case "storage-service" -> {
                variables.put("WEARON_STORAGE_DATA_DIR", layout.storageData().toString());
                variables.put("WEARON_STORAGE_SIGNING_KEY", secrets.storageSigningKey());
            }
            default -> {
                // credits-service calls nobody and keeps no files.
            }
        }
        variables.putAll(environment.forServices());
        if (!service.equals("gateway-service")) {
            // Who opens the suite to others means its one door.
            variables.remove("WEARON_HTTP_HOST");
        }
        return new ServiceProgram(
                service,
                layout.program(service),
                layout.port(service),
                layout.managementPort(service),
                environment.heapMb(service).orElse(HEAP_MB.getOrDefault(service, USUAL_HEAP_MB)),
                variables);
    }
}

package dev.wearon.local.suite;

import dev.wearon.processes.Database;
import dev.wearon.processes.IdentityKeys;
import dev.wearon.processes.Postgres;
import dev.wearon.processes.PostgresAddress;
import dev.wearon.processes.Program;
import dev.wearon.processes.Prometheus;
import dev.wearon.processes.Redis;
import dev.wearon.processes.services.ServiceEnvironment;
import dev.wearon.processes.services.ServiceProgram;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The programs of one suite, composed from its layout, its secrets and the caller's environment.
 *
 * @param postgres empty when an existing server is used
 * @param redis empty when an existing server is used
 * @param prometheus empty unless the suite is observed
 * @param shop the program of the {@link DemoShop}; empty without it
 * @param admin the database's administrator, on the suite's own server or the existing one
 * @param redisUrl of the suite's own server or the existing one
 * @param adminToken the one that the gateway takes
 */
public record Suite(
        Optional<Postgres> postgres,
        Optional<Redis> redis,
        Optional<Prometheus> prometheus,
        Optional<Program> shop,
        List<ServiceProgram> services,
        PostgresAddress admin,
        String redisUrl,
        String adminToken) {

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
        ServiceEnvironment facts = facts(layout, secrets, admin, redisUrl);
        List<ServiceProgram> services = new ArrayList<>();
        for (String service : Layout.SERVICES) {
            services.add(service(layout, environment, service, facts));
        }
        String adminToken = environment.adminToken().orElse(secrets.adminToken());
        return new Suite(
                postgres,
                redis,
                Optional.empty(),
                Optional.empty(),
                List.copyOf(services),
                admin,
                redisUrl,
                adminToken);
    }

    Suite with(Prometheus observer) {
        return new Suite(postgres, redis, Optional.of(observer), shop, services, admin, redisUrl, adminToken);
    }

    Suite withShop(Program program) {
        return new Suite(postgres, redis, prometheus, Optional.of(program), services, admin, redisUrl, adminToken);
    }

    /** All programs that this suite runs, in the order in which they start; they stop in the opposite one. */
    public List<Program> programs() {
        List<Program> programs = new ArrayList<>();
        postgres.ifPresent(programs::add);
        redis.ifPresent(programs::add);
        prometheus.ifPresent(programs::add);
        shop.ifPresent(programs::add);
        programs.addAll(services);
        return programs;
    }

    private static ServiceEnvironment facts(Layout layout, Secrets secrets, PostgresAddress admin, String redisUrl) {
        ServiceEnvironment facts = new ServiceEnvironment()
                .keys(new IdentityKeys(layout.identities()))
                .redis(redisUrl)
                .publicUrl(layout.url("gateway-service"))
                .adminToken(secrets.adminToken())
                .webhookKey(secrets.webhookKey())
                .images(layout.storageData(), secrets.storageSigningKey());
        for (String service : Layout.SERVICES) {
            String schema = Layout.schema(service);
            String password = secrets.schemaPasswords().get(schema);
            facts.url(schema, layout.url(service))
                    .database(schema, admin.with(Database.name(admin), Database.role(schema), password));
        }
        return facts;
    }

    private static ServiceProgram service(
            Layout layout, Environment environment, String service, ServiceEnvironment facts) throws UserError {
        String schema = Layout.schema(service);
        int port = layout.port(service);
        int managementPort = layout.managementPort(service);
        Map<String, String> variables = facts.variables(schema, port, managementPort);
        variables.putAll(environment.forServices());
        if (!service.equals("gateway-service")) {
            // Only the gateway may be reached from other machines.
            variables.remove("WEARON_HTTP_HOST");
        }
        int heapMb = environment.heapMb(service).orElse(ServiceProgram.usualHeapMb(schema));
        return new ServiceProgram(service, layout.program(service), port, managementPort, heapMb, variables);
    }
}

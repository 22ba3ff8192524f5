package dev.wearon.acceptance;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.wearon.local.suite.DeploymentKeys;
import dev.wearon.processes.Ports;
import dev.wearon.processes.Postgres;
import dev.wearon.processes.Redis;
import dev.wearon.processes.TemporaryFolder;
import dev.wearon.testkit.Await;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Builds the images, and runs Compose with them to one picture. Run it with {@code ./mvnw verify -Pengine}, see {@code
 * CONTRIBUTING.md}. The engine needs no registry: the images of the servers are built from the servers of the build.
 */
@Tag("engine")
class ContainersIT {

    private static final List<String> SERVICES = List.of("gateway", "credits", "generation", "worker", "storage");
    private static final String TAG = "acceptance";
    private static final String DEBIAN = "wearon-test/debian:local";
    private static final Duration START = Duration.ofMinutes(10);
    private static final long MAX_CREDITS_BYTES = 180_000_000;
    private static final ObjectMapper JSON = new ObjectMapper();

    private TemporaryFolder folder;
    private ContainerEngine engine;
    private Map<String, String> compose;
    private Map<String, String> secretValues;
    private int port;

    @BeforeEach
    void prepare() throws Exception {
        // The path of a socket must be short.
        folder = TemporaryFolder.in(Path.of(System.getProperty("java.io.tmpdir")), "wearon-engine-");
        engine = new ContainerEngine(folder.path());
        port = Ports.free();
        Path secrets = folder.path().resolve("secrets");
        DeploymentKeys.generateForCompose().writeReadableFiles(secrets);
        secretValues = secretValues(secrets);
        compose = new HashMap<>(Map.of(
                "COMPOSE_PROJECT_NAME",
                "wearon-acceptance",
                "WEARON_TAG",
                TAG,
                "WEARON_LISTEN",
                "127.0.0.1:" + port,
                "WEARON_PUBLIC_URL",
                "http://127.0.0.1:" + port,
                "WEARON_SECRETS",
                secrets.toString(),
                "WEARON_POSTGRES_IMAGE",
                "wearon-test/postgres:local",
                "WEARON_REDIS_IMAGE",
                "wearon-test/redis:local",
                "WEARON_S3_IMAGE",
                "wearon-test/s3:local"));
    }

    @AfterEach
    void end() throws Exception {
        try {
            if (compose != null) {
                compose("down", "--volumes");
            }
        } finally {
            if (engine != null) {
                engine.close();
            }
            folder.removed();
        }
    }

    @Test
    void composeMakesAPictureWithTheImagesOfThisBuild() throws Exception {
        JsonNode images = buildImages();
        checkImages(images);
        buildServers();
        up();
        checkContainers();
        makePicture();
        checkThatSecretsStaySecret();
        checkStop();
    }

    private JsonNode buildImages() throws Exception {
        Map<String, String> noBuild = Map.of("WEARON_BUILD", "no");
        String wearon = Suite.ROOT.resolve("wearon").toString();
        String table = engine.succeed(List.of(wearon, "images", "build", "--tag", TAG), noBuild);
        System.out.println(table);
        assertThat(table).contains("wearon/credits:" + TAG);
        String output = engine.succeed(List.of(wearon, "images", "build", "--tag", TAG, "--json"), noBuild);
        return JSON.readTree(output.substring(output.indexOf("{"))).path("images");
    }

    private void checkImages(JsonNode images) throws Exception {
        assertThat(images).hasSize(4);
        for (JsonNode image : images) {
            String name = image.path("name").textValue();
            if (name.startsWith("wearon/credits:")) {
                assertThat(image.path("size_bytes").longValue()).isLessThanOrEqualTo(MAX_CREDITS_BYTES);
            }
            JsonNode sbom =
                    JSON.readTree(Path.of(image.path("sbom_file").textValue()).toFile());
            assertThat(sbom.path("bomFormat").textValue()).isEqualTo("CycloneDX");
            assertThat(sbom.path("components").findValuesAsText("name")).contains("flyway-core", "libc.so.6");
            JsonNode labels = engine.inspect(name).path("Config").path("Labels");
            assertThat(labels.path("org.opencontainers.image.licenses").textValue())
                    .isEqualTo("Apache-2.0");
            assertThat(labels.path("org.opencontainers.image.version").textValue())
                    .isNotBlank();
        }
        String container = engine.docker("create", "wearon/credits:" + TAG).strip();
        Path licences = folder.path().resolve("licenses");
        engine.docker("cp", container + ":/licenses", licences.toString());
        assertThat(licences).isDirectoryContaining("glob:**/LICENSE");
        assertThat(licences).isDirectoryContaining("glob:**/THIRD-PARTY-NOTICES.md");
        assertThat(licences).isDirectoryContaining("glob:**/sbom.cdx.json");
        engine.docker("rm", container);
    }

    /** PostgreSQL, Redis and the S3 server of the build, in images like the public ones. */
    private void buildServers() throws Exception {
        if (engine.run(List.of("docker", "image", "inspect", DEBIAN)).exitCode() != 0) {
            Path debian = folder.path().resolve("debian");
            engine.succeed(List.of(
                    "debootstrap",
                    "--variant=minbase",
                    "--include=postgresql-client,redis-tools",
                    "bookworm",
                    debian.toString()));
            engine.succeed(List.of("sh", "-c", "tar -C " + debian + " -c . | docker import - " + DEBIAN));
        }
        Path contexts = folder.path().resolve("servers");
        for (String server : List.of("postgres", "redis", "s3")) {
            Path resources = Suite.ROOT.resolve("deploy/acceptance/src/test/resources/containers/" + server);
            Files.createDirectories(contexts.resolve(server));
            try (Stream<Path> files = Files.list(resources)) {
                for (Path file : files.toList()) {
                    Files.copy(file, contexts.resolve(server).resolve(file.getFileName()));
                }
            }
        }
        Path unused = folder.path().resolve("unused");
        Postgres postgres = new Postgres(unused.resolve("postgres"), 1, "unused");
        postgres.prepare();
        Path program = Path.of(postgres.command().command().stream()
                .filter(word -> word.endsWith("/bin/postgres"))
                .findFirst()
                .orElseThrow());
        engine.succeed(List.of(
                "cp",
                "-r",
                program.getParent().getParent().toString(),
                contexts.resolve("postgres/postgres").toString()));
        Redis redis = new Redis(unused.resolve("redis"), 1);
        redis.prepare();
        Path redisServer = contexts.resolve("redis/redis-server");
        Files.copy(Path.of(redis.command().command().getFirst()), redisServer, StandardCopyOption.COPY_ATTRIBUTES);
        Files.copy(Suite.ROOT.resolve("deploy/testkit/target/s3proxy/s3proxy.jar"), contexts.resolve("s3/s3proxy.jar"));
        for (String server : List.of("postgres", "redis", "s3")) {
            engine.docker(
                    "build",
                    "--build-arg",
                    "JRE=wearon/jre:" + TAG,
                    "--tag",
                    "wearon-test/" + server + ":local",
                    contexts.resolve(server).toString());
        }
    }

    private void up() throws Exception {
        ContainerEngine.Ran up = compose("up", "--detach");
        assertThat(up.exitCode()).as(up.output() + logs()).isZero();
        try {
            for (String service : SERVICES) {
                Await.until(
                        START,
                        () -> state(service).path("Health").path("Status").asText(),
                        status -> status.equals("healthy"));
            }
        } catch (AssertionError | RuntimeException notHealthy) {
            throw new AssertionError(logs(), notHealthy);
        }
        System.out.println(compose("ps").output());
    }

    private void checkContainers() throws Exception {
        for (String service : SERVICES) {
            JsonNode container = engine.inspect(container(service));
            assertThat(container.path("Config").path("User").textValue()).isEqualTo("10001:10001");
            assertThat(container.path("HostConfig").path("ReadonlyRootfs").booleanValue())
                    .isTrue();
            // A cache of another runtime, or of jars with other times, would not be mapped.
            Path maps = Path.of("/proc", container.path("State").path("Pid").asText(), "maps");
            assertThat(Files.readString(maps)).as(service).contains("/app/startup/startup.aot");
        }
        List<String> published = new ArrayList<>();
        for (String id : engine.docker("ps", "--quiet").lines().toList()) {
            engine.inspect(id)
                    .path("NetworkSettings")
                    .path("Ports")
                    .properties()
                    .forEach(each -> each.getValue()
                            .forEach(host -> published.add(host.path("HostIp").textValue() + ":"
                                    + host.path("HostPort").textValue() + " " + each.getKey())));
        }
        assertThat(published).containsExactly("127.0.0.1:" + port + " 8080/tcp");
    }

    private void makePicture() throws Exception {
        Merchant merchant = Merchant.with(
                URI.create("http://127.0.0.1:" + port), secretValues.get("WEARON_ADMIN_TOKEN"), "absorb_mode", 3);
        UUID id = merchant.created(merchant.images());
        JsonPath session = merchant.ended(id);
        assertThat(session.getString("data.status")).isEqualTo("completed");
        assertThat(merchant.balance()).isEqualTo(2);
        byte[] picture = given().urlEncodingEnabled(false)
                .get(session.getString("data.generated_image_url"))
                .then()
                .statusCode(200)
                .contentType("image/jpeg")
                .extract()
                .asByteArray();
        assertThat(picture).hasSizeGreaterThan(1_000);
        System.out.println("try-on " + id + " completed: a picture of " + picture.length + " bytes");
    }

    /** Secrets are in files only: whoever may inspect a container does not see them. */
    private void checkThatSecretsStaySecret() throws Exception {
        for (String service : SERVICES) {
            assertThat(engine.docker("inspect", container(service))).doesNotContain(secretValues.values());
        }
        assertThat(logs()).doesNotContain(secretValues.values());
    }

    /** The variables of all files, by their names; of those that several services have, one. */
    private static Map<String, String> secretValues(Path folder) throws IOException {
        Map<String, String> values = new HashMap<>();
        for (String service : List.of("credits", "generation", "storage", "gateway")) {
            for (String line : Files.readAllLines(folder.resolve(service + ".env"))) {
                String[] variable = line.split("=", 2);
                values.put(variable[0].equals("WEARON_DB_PASSWORD") ? service : variable[0], variable[1]);
            }
        }
        return values;
    }

    /** Every process ends by itself, and is not killed after the grace period. */
    private void checkStop() throws Exception {
        Map<String, String> ids = new HashMap<>();
        for (String service : SERVICES) {
            ids.put(service, container(service));
        }
        assertThat(compose("stop").exitCode()).isZero();
        for (Map.Entry<String, String> service : ids.entrySet()) {
            JsonNode state = engine.inspect(service.getValue()).path("State");
            assertThat(state.path("ExitCode").intValue()).as(service.getKey()).isIn(0, 143);
            assertThat(state.path("OOMKilled").booleanValue()).isFalse();
        }
    }

    private JsonNode state(String service) {
        try {
            return engine.inspect(container(service)).path("State");
        } catch (IOException notYet) {
            return JSON.createObjectNode();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    private String container(String service) throws IOException, InterruptedException {
        return compose("ps", "--quiet", service).output().strip();
    }

    private String logs() throws IOException, InterruptedException {
        return compose("logs", "--no-color", "--tail=60").output();
    }

    private ContainerEngine.Ran compose(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("docker-compose", "--file", "deploy/compose/compose.yaml"));
        command.addAll(List.of(arguments));
        return engine.run(command, compose);
    }
}

package dev.wearon.local.suite;

import dev.wearon.processes.PostgresAddress;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;

/** The checks of {@link Doctor} that ask a server: the suite's own one while it is up, or an existing one. */
final class ServerChecks {

    private static final String NO_SUCH_DATABASE = "3D000";
    private static final int MIN_VERSION = 17_00_00;
    private static final String SERVER = """
            SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number,
                   (extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now_ms""";

    private static final int TIMEOUT_SECONDS = 5;
    private static final Duration TIMEOUT = Duration.ofSeconds(TIMEOUT_SECONDS);
    private static final String S3_ENDPOINT = "WEARON_STORAGE_S3_ENDPOINT";
    private static final String S3_BUCKET = "WEARON_STORAGE_S3_BUCKET";
    private static final String STORAGE = "storage-service";

    private final Environment environment;
    private final Optional<RunFile> running;
    private final Layout layout;
    private final Map<String, Duration> skews = new TreeMap<>();

    ServerChecks(Environment environment, Optional<RunFile> running, Layout layout) {
        this.environment = environment;
        this.running = running;
        this.layout = layout;
    }

    /** How far this clock is ahead of the clock of each server that was asked. */
    Map<String, Duration> skews() {
        return skews;
    }

    Finding postgres() throws UserError {
        Optional<PostgresAddress> address = running.isPresent()
                ? Optional.of(PostgresAddress.parse(running.get().postgres().url()))
                : environment.postgres();
        return address.isPresent()
                ? postgres(address.get())
                : Finding.ok("postgres", "up starts the suite's own server, on port " + layout.postgresPort());
    }

    private Finding postgres(PostgresAddress address) {
        String where = "%s:%d, database %s".formatted(address.host(), address.port(), address.database());
        Properties properties = address.jdbcProperties();
        for (String timeout : new String[] {"connectTimeout", "loginTimeout", "socketTimeout"}) {
            properties.setProperty(timeout, Integer.toString(TIMEOUT_SECONDS));
        }
        try (Connection connection = DriverManager.getConnection(address.jdbcUrl(), properties);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SERVER)) {
            row.next();
            skews.put("PostgreSQL", Duration.ofMillis(System.currentTimeMillis() - row.getLong("now_ms")));
            String detail = "version %s at %s".formatted(row.getString("version"), where);
            return row.getInt("number") >= MIN_VERSION
                    ? Finding.ok("postgres", detail)
                    : Finding.fail("postgres", detail, "use PostgreSQL " + MIN_VERSION / 10_000 + " or newer");
        } catch (SQLException refused) {
            if (NO_SUCH_DATABASE.equals(refused.getSQLState()) && running.isEmpty()) {
                return Finding.ok("postgres", where + ", which up creates");
            }
            String why =
                    String.valueOf(refused.getMessage()).lines().findFirst().orElse("");
            return Finding.fail(
                    "postgres",
                    where + ": " + why,
                    running.isPresent() && running.get().postgres().pid() != null
                            ? "see " + layout.commandLine("logs postgres")
                            : "start that server, correct " + Environment.DB_URL + ", or unset it");
        }
    }

    Finding redis() throws UserError {
        Optional<String> url =
                running.isPresent() ? Optional.of(running.get().redis().url()) : environment.redis();
        if (url.isEmpty()) {
            return Finding.ok("redis", "up starts the suite's own server, on port " + layout.redisPort());
        }
        ExistingRedis redis = new ExistingRedis(URI.create(url.get()));
        String where = redis.url().getHost() + ":" + redis.port();
        try {
            redis.requireUsable();
        } catch (UserError unusable) {
            if (running.isPresent() && running.get().redis().pid() != null) {
                return Finding.fail(
                        "redis",
                        "the suite's own server "
                                + redis.answer()
                                        .map(answer -> "at %s answers %s".formatted(where, answer))
                                        .orElse("does not answer at " + where),
                        "see " + layout.commandLine("logs redis"));
            }
            throw unusable;
        }
        return Finding.ok("redis", "answers at " + where);
    }

    /** With the settings of the running suite. Sends no credentials, so the answer may be a refusal. */
    Finding s3() throws IOException {
        Environment settings = running.flatMap(ServerChecks::storageSettings).orElse(environment);
        if (!settings.value("WEARON_STORAGE_BACKEND").orElse("filesystem").equals("s3")) {
            return Finding.ok("s3", "not used; the pictures are in " + layout.storageData());
        }
        Optional<String> bucket = settings.value(S3_BUCKET);
        if (bucket.isEmpty()) {
            return Finding.fail("s3", S3_BUCKET + " is not set", "set it to the name of the bucket");
        }
        String region = settings.value("WEARON_STORAGE_S3_REGION").orElse("us-east-1");
        String endpoint = settings.value(S3_ENDPOINT).orElse("https://s3." + region + ".amazonaws.com");
        HttpResponse<Void> answer = head(endpoint.replaceAll("/+$", "") + "/" + bucket.get());
        answer.headers()
                .firstValue("Date")
                .flatMap(ServerChecks::time)
                .ifPresent(time ->
                        // The header has whole seconds.
                        skews.put("S3", Duration.between(time, Instant.now().minusMillis(500))));
        return bucket(answer.statusCode(), bucket.get(), UrlText.withoutCredentials(endpoint));
    }

    private static Finding bucket(int status, String bucket, String endpoint) {
        if (status >= 200 && status < 300) {
            return Finding.ok("s3", "the bucket " + bucket + " exists at " + endpoint);
        }
        return switch (status) {
            case 401, 403 ->
                Finding.ok(
                        "s3",
                        "%s answers, but does not tell without credentials whether the bucket %s exists; storage checks it at its start"
                                .formatted(endpoint, bucket));
            case 404 ->
                Finding.fail(
                        "s3", "there is no bucket " + bucket + " at " + endpoint, "create it, or correct " + S3_BUCKET);
            default ->
                Finding.fail(
                        "s3",
                        "%s answers %d for the bucket %s".formatted(endpoint, status, bucket),
                        "correct that server, or the WEARON_STORAGE_S3_ variables");
        };
    }

    /** Empty if the system does not show the environment of a process. */
    private static Optional<Environment> storageSettings(RunFile run) {
        return run.services().stream()
                .filter(service -> service.name().equals(STORAGE))
                .findFirst()
                .flatMap(storage -> Processes.variables(storage.pid()))
                .map(Environment::new);
    }

    private static HttpResponse<Void> head(String url) throws IOException {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            HttpRequest request = HttpRequest.newBuilder(URI.create(url))
                    .timeout(TIMEOUT)
                    .method("HEAD", HttpRequest.BodyPublishers.noBody())
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding());
        } catch (IllegalArgumentException malformed) {
            throw new IOException(S3_ENDPOINT + " is not a URL", malformed);
        } catch (IOException noAnswer) {
            throw new IOException(
                    UrlText.withoutCredentials(url) + " does not answer: " + ErrorText.of(noAnswer), noAnswer);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", interrupted);
        }
    }

    private static Optional<Instant> time(String date) {
        try {
            return Optional.of(ZonedDateTime.parse(date, DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeParseException unreadable) {
            return Optional.empty();
        }
    }
}

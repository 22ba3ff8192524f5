package dev.wearon.bench.create;

import io.vertx.core.AbstractVerticle;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A reference: the steps of a create in one process, as a straightforward service does them, each statement a transaction.
 * Nothing repairs a create that ends between two of them. {@code fastify/server.js} is the same on Node.js.
 *
 * <p>Reads {@code PORT}, {@code DATABASE_URL} and {@code REDIS_URL} from the environment.
 */
public final class PlainServer extends AbstractVerticle {

    private static final String LIMIT_PER_MINUTE = "1000000";
    private static final String LIMIT_PER_HOUR = "10000000";
    private static final int MIN_LIFETIME_SECONDS = 900;
    private static final int CONNECTIONS = 16;
    private static final int MAX_IMAGES = 10;
    private static final String BUILT_IN_PROMPT =
            "Show the person of the first image wearing the garment of the second one"
                    + " and all accessories, as a studio photograph.";

    /** The list of permits in Redis. */
    static final String PERMITS = "bench:tasks:generation";

    private static final String CREATE = "/api/v1/generation/create";
    private static final String SESSIONS = "/api/v1/generation/";
    private static final String BALANCES = "/api/v1/credits/balance";

    private static final String KEY = "SELECT store_id FROM bench_create.api_keys WHERE key_hash = $1";
    private static final String IMAGES = """
            SELECT count(*)::int FROM bench_create.images
             WHERE store_id = $1 AND path = ANY ($2) AND expires_at > now() + make_interval(secs => $3)
            """;
    private static final String CHARGE = """
            WITH paid AS (
                UPDATE bench_create.stores SET balance = balance - 1, updated_at = now()
                 WHERE id = $1 AND balance >= 1 RETURNING balance)
            INSERT INTO bench_create.charges (id, store_id, amount, balance_after)
            SELECT $2, $1, 1, balance FROM paid
            """;
    private static final String SESSION = """
            INSERT INTO bench_create.sessions (id, store_id, image_urls, image_paths, prompt, request_id)
            VALUES ($1, $2, $3, $4, $5, $6)
            """;
    private static final String READ = """
            SELECT id, status, image_urls, credits_used, request_id, created_at
              FROM bench_create.sessions WHERE id = $1 AND store_id = $2
            """;
    private static final String BALANCE = "SELECT balance FROM bench_create.stores WHERE id = $1";

    private static final Map<String, UUID> STORE_OF_KEY = new ConcurrentHashMap<>();

    private Pool database;
    private RedisConnection redis;
    private String limitScript;

    /** An answer that is no success. */
    private static final class Refusal extends RuntimeException {

        private final int status;

        Refusal(int status, String code) {
            super(code, null, false, false);
            this.status = status;
        }
    }

    public static void main(String[] arguments) {
        int loops = Runtime.getRuntime().availableProcessors();
        Vertx.vertx()
                .deployVerticle(PlainServer.class, new DeploymentOptions().setInstances(loops))
                .onFailure(fault -> {
                    fault.printStackTrace();
                    System.exit(1);
                });
    }

    @Override
    public void start(Promise<Void> started) throws IOException {
        PgConnectOptions address =
                PgConnectOptions.fromUri(System.getenv("DATABASE_URL")).setCachePreparedStatements(true);
        database = PgBuilder.pool()
                .using(vertx)
                .connectingTo(address)
                .with(new PoolOptions().setMaxSize(CONNECTIONS))
                .build();
        String script = resource("limit.lua");
        Redis.createClient(vertx, System.getenv("REDIS_URL"))
                .connect()
                .compose(connected -> {
                    redis = connected;
                    return redis.send(Request.cmd(Command.SCRIPT).arg("LOAD").arg(script));
                })
                .compose(loaded -> {
                    limitScript = loaded.toString();
                    return vertx.createHttpServer()
                            .requestHandler(this::serve)
                            .listen(Integer.parseInt(System.getenv("PORT")), "127.0.0.1");
                })
                .<Void>mapEmpty()
                .onComplete(started);
    }

    private void serve(HttpServerRequest request) {
        // Asked for at once, because the body arrives while the key and the limits are checked.
        Future<Buffer> body = request.body();
        store(request)
                .compose(store -> limit(request, store).map(store))
                .compose(store -> route(request, body, store))
                .onSuccess(data -> answer(
                        request.response(), new JsonObject().put("data", data).putNull("error")))
                .onFailure(fault -> refuse(request.response(), fault));
    }

    private Future<JsonObject> route(HttpServerRequest request, Future<Buffer> body, UUID store) {
        String path = request.path();
        if (request.method() == HttpMethod.POST && path.equals(CREATE)) {
            return body.compose(bytes -> create(store, bytes.toJsonObject()))
                    .onSuccess(created -> request.response().setStatusCode(201));
        }
        if (request.method() == HttpMethod.GET && path.equals(BALANCES)) {
            return query(BALANCE, Tuple.of(store)).map(rows -> new JsonObject()
                    .put("balance", rows.iterator().next().getInteger(0)));
        }
        return request.method() == HttpMethod.GET && path.startsWith(SESSIONS)
                ? read(store, UUID.fromString(path.substring(SESSIONS.length())))
                : Future.failedFuture(new Refusal(404, "NOT_FOUND"));
    }

    private Future<UUID> store(HttpServerRequest request) {
        String key = String.valueOf(request.getHeader("Authorization")).replaceFirst("^Bearer ", "");
        UUID known = STORE_OF_KEY.get(key);
        return known != null
                ? Future.succeededFuture(known)
                : query(KEY, Tuple.of(sha256(key))).map(rows -> {
                    if (rows.size() == 0) {
                        throw new Refusal(401, "INVALID_API_KEY");
                    }
                    UUID store = rows.iterator().next().getUUID(0);
                    STORE_OF_KEY.put(key, store);
                    return store;
                });
    }

    private Future<Void> limit(HttpServerRequest request, UUID store) {
        return redis.send(Request.cmd(Command.EVALSHA)
                        .arg(limitScript)
                        .arg(2)
                        .arg("bench:minute:" + store)
                        .arg("bench:hour:" + store)
                        .arg("60000")
                        .arg(LIMIT_PER_MINUTE)
                        .arg("3600000")
                        .arg(LIMIT_PER_HOUR))
                .map(left -> {
                    if (left.toLong() < 0) {
                        throw new Refusal(429, "RATE_LIMITED");
                    }
                    request.response().putHeader("X-RateLimit-Remaining", left.toString());
                    return null;
                });
    }

    private Future<JsonObject> create(UUID store, JsonObject body) {
        JsonArray images = body.getJsonArray("image_urls", new JsonArray());
        if (!body.getBoolean("age_verified", false) || images.isEmpty() || images.size() > MAX_IMAGES) {
            throw new Refusal(400, "VALIDATION_ERROR");
        }
        String[] urls = images.stream().map(String.class::cast).toArray(String[]::new);
        String[] paths = List.of(urls).stream()
                .map(url -> URI.create(url).getPath().substring(1))
                .toArray(String[]::new);
        UUID id = UUID.randomUUID();
        String requestId = "req_" + UUID.randomUUID();
        String prompt = body.getString("prompt", BUILT_IN_PROMPT);
        return query(IMAGES, Tuple.of(store, paths, (double) MIN_LIFETIME_SECONDS))
                .compose(rows -> {
                    if (rows.iterator().next().getInteger(0) != paths.length) {
                        throw new Refusal(400, "VALIDATION_ERROR");
                    }
                    return query(CHARGE, Tuple.of(store, id));
                })
                .compose(charged -> {
                    if (charged.rowCount() == 0) {
                        throw new Refusal(402, "INSUFFICIENT_CREDITS");
                    }
                    return query(SESSION, Tuple.of(id, store, urls, paths, prompt, requestId));
                })
                .compose(inserted -> redis.send(Request.cmd(Command.LPUSH)
                        .arg(PERMITS)
                        .arg(new JsonObject()
                                .put("session_id", id.toString())
                                .put("store_id", store.toString())
                                .put("request_id", requestId)
                                .encode())))
                .map(pushed -> new JsonObject().put("session_id", id.toString()).put("status", "queued"));
    }

    private Future<JsonObject> read(UUID store, UUID id) {
        return query(READ, Tuple.of(id, store)).map(rows -> {
            if (rows.size() == 0) {
                throw new Refusal(404, "NOT_FOUND");
            }
            Row row = rows.iterator().next();
            return new JsonObject()
                    .put("session_id", row.getUUID("id").toString())
                    .put("status", row.getString("status"))
                    .put("image_urls", new JsonArray(List.of(row.getArrayOfStrings("image_urls"))))
                    .put("credits_used", row.getInteger("credits_used"))
                    .put("request_id", row.getString("request_id"))
                    .put("created_at", row.getOffsetDateTime("created_at").toString());
        });
    }

    private Future<RowSet<Row>> query(String statement, Tuple values) {
        return database.preparedQuery(statement).execute(values);
    }

    private static void refuse(HttpServerResponse response, Throwable fault) {
        int status = fault instanceof Refusal refusal ? refusal.status : 500;
        answer(
                response.setStatusCode(status),
                new JsonObject().putNull("data").put("error", new JsonObject().put("code", fault.getMessage())));
    }

    private static void answer(HttpServerResponse response, JsonObject body) {
        response.putHeader("Content-Type", "application/json").end(body.toBuffer());
    }

    private static String sha256(String key) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every Java has SHA-256", impossible);
        }
    }

    private static String resource(String name) throws IOException {
        try (InputStream file = PlainServer.class.getResourceAsStream(name)) {
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

package dev.wearon.bench.create;

import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.HashSet;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The lists of permits in Redis. */
final class PermitList implements AutoCloseable {

    private static final int AT_A_TIME = 1_000;
    private static final int TIMEOUT_SECONDS = 30;
    private static final Pattern SESSION = Pattern.compile("\"session_id\":\"([0-9a-f-]{36})\"");

    private final Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
    private final Redis redis;

    PermitList(String url) {
        redis = Redis.createClient(vertx, url);
    }

    /** The sessions that the permits of a list name. */
    Set<UUID> sessions(String list) throws Exception {
        Set<UUID> sessions = new HashSet<>();
        for (int from = 0; ; from += AT_A_TIME) {
            Response some = send(Request.cmd(Command.LRANGE).arg(list).arg(from).arg(from + AT_A_TIME - 1));
            if (some.size() == 0) {
                return sessions;
            }
            for (Response permit : some) {
                Matcher session = SESSION.matcher(permit.toString());
                if (session.find()) {
                    sessions.add(UUID.fromString(session.group(1)));
                }
            }
        }
    }

    void remove(String list) throws Exception {
        send(Request.cmd(Command.DEL).arg(list));
    }

    private Response send(Request request) throws Exception {
        return redis.send(request).toCompletionStage().toCompletableFuture().get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        redis.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}

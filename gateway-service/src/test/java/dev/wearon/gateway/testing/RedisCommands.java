package dev.wearon.gateway.testing;

import io.vertx.core.Vertx;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import java.util.concurrent.TimeUnit;
import org.eclipse.microprofile.config.ConfigProvider;

/** Sends commands to the Redis of the tests. */
public final class RedisCommands {

    private static final Redis REDIS = Redis.createClient(
            Vertx.vertx(),
            new RedisOptions()
                    .setConnectionString(ConfigProvider.getConfig().getValue("wearon.redis.url", String.class)));

    private RedisCommands() {}

    public static Response send(String command, Object... arguments) {
        Request request = Request.cmd(Command.create(command));
        for (Object argument : arguments) {
            request.arg(argument.toString());
        }
        try {
            return REDIS.send(request).toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new IllegalStateException(command, failed);
        }
    }
}

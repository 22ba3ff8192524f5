package dev.wearon.gateway.limits;

import dev.wearon.gateway.limits.Verdict.Standing;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.quarkus.runtime.StartupEvent;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.RedisOptions;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jboss.logging.Logger;

/** One budget over all gateways: {@code take.lua} at Redis, by the clock of Redis, all windows of a request in one call. */
@ApplicationScoped
class SharedLimiter {

    private static final Logger LOG = Logger.getLogger(SharedLimiter.class);

    private static final byte[] SCRIPT = script();
    private static final byte[] NAME = sha1(SCRIPT);
    private static final long OPENING_SECONDS = 1;

    private final VertxInternal vertx;
    private final RedisOptions options;
    private final LimitsConfig config;
    private final Map<Thread, RedisLine> lines = new ConcurrentHashMap<>();

    SharedLimiter(Vertx vertx, @ConfigProperty(name = "wearon.redis.url") String url, LimitsConfig config) {
        this.vertx = (VertxInternal) vertx;
        this.options = new RedisOptions()
                .setConnectionString(url)
                .setMaxPoolSize(1)
                .setPoolCleanerInterval(-1)
                // As the metrics of Quarkus' own clients are called: "redis_", with this name as a label.
                .setMetricsName("redis|limits")
                .setPoolName("limits");
        this.config = config;
    }

    /** Opens a line for each event loop before the first request; a Redis that is away is waited for a little only. */
    void open(@Observes StartupEvent starting) throws InterruptedException {
        List<Future<?>> opening = new ArrayList<>();
        for (EventExecutor loop : vertx.getEventLoopGroup()) {
            opening.add(open((EventLoop) loop));
        }
        try {
            Future.join(opening).toCompletionStage().toCompletableFuture().get(OPENING_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException away) {
            LOG.warnf("Redis does not answer yet: %s", away);
        }
    }

    /** Must be called on an event loop. Fails when Redis does not decide in time, for whatever reason. */
    Future<Verdict> take(List<Window> windows) {
        RedisLine line = lines.get(Thread.currentThread());
        return line == null
                ? Future.failedFuture("This is no event loop")
                : ask(line, windows).map(answer -> verdict(windows, answer));
    }

    @PreDestroy
    void close() {
        lines.values().forEach(RedisLine::close);
    }

    private Future<?> open(EventLoop loop) {
        ContextInternal context =
                vertx.createEventLoopContext(loop, null, Thread.currentThread().getContextClassLoader());
        Promise<Response> opened = context.promise();
        context.runOnContext(onIt -> {
            RedisLine line = new RedisLine(vertx, context, options, config.patience());
            lines.put(Thread.currentThread(), line);
            // No windows at all: loads the script there and the classes here.
            line.open().compose(connection -> ask(line, List.of())).onComplete(opened);
        });
        return opened.future();
    }

    /** By the script's name; where Redis has forgotten it, once more with its text. */
    private static Future<Response> ask(RedisLine line, List<Window> windows) {
        return line.send(request(Command.EVALSHA, NAME, windows))
                .recover(fault -> fault instanceof ErrorType error && error.is("NOSCRIPT")
                        ? line.send(request(Command.EVAL, SCRIPT, windows))
                        : Future.failedFuture(fault));
    }

    private static Request request(Command command, byte[] script, List<Window> windows) {
        Request request = Request.cmd(command).arg(script).arg(windows.size());
        for (Window window : windows) {
            request.arg(window.key());
        }
        for (Window window : windows) {
            request.arg(window.kind().bucketMs()).arg(window.limit());
        }
        return request;
    }

    private static Verdict verdict(List<Window> windows, Response answer) {
        List<Standing> standings = new ArrayList<>(windows.size());
        for (int i = 0; i < windows.size(); i++) {
            standings.add(new Standing(
                    windows.get(i),
                    answer.get(2 * i + 2).toInteger(),
                    answer.get(2 * i + 3).toLong()));
        }
        return new Verdict(answer.get(0).toInteger() == 1, answer.get(1).toLong(), standings);
    }

    private static byte[] script() {
        try (InputStream script = SharedLimiter.class.getResourceAsStream("take.lua")) {
            return script.readAllBytes();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static byte[] sha1(byte[] script) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-1").digest(script);
            return HexFormat.of().formatHex(digest).getBytes(StandardCharsets.US_ASCII);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("Every JDK has SHA-1", impossible);
        }
    }
}

package dev.wearon.local.bench;

import dev.wearon.local.servers.Ports;
import dev.wearon.local.servers.Redis;
import dev.wearon.local.suite.Trouble;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the gateway adds to a call, compared in the same run with the same call to the server behind it and through a plain
 * nginx.
 *
 * @param root the source tree with the built service
 * @param folder where the temporary folder is made
 */
public record GatewayBench(Path root, Path folder, GatewayPlan plan, PrintStream out) {

    private static final String ENVELOPED = "{\"data\":" + FixedAnswer.BODY + ",\"error\":null}";

    /** Limits that are counted and never reached. */
    private static final Map<String, String> LIMITS = Map.of(
            "WEARON_LIMITS_PER_MINUTE_ENTERPRISE", "1000000000", "WEARON_LIMITS_PER_HOUR_ENTERPRISE", "1000000000");

    /** A gateway that has just started on a busy machine may take longer than usual, and every refusal ends the run. */
    private static final Map<String, String> PATIENCE = Map.of(
            "WEARON_LIMITS_PATIENCE", "10s",
            "WEARON_KEYS_LOOKUP_TIMEOUT", "10s",
            "WEARON_PROXY_CONNECT_TIMEOUT", "10s",
            "WEARON_PROXY_ANSWER_TIMEOUT", "10s");

    /** Prints as it goes, and one table at the end. */
    public void run() throws IOException, SQLException, Trouble {
        Optional<Path> nginx = Nginx.installed();
        out.printf(
                Locale.ROOT,
                "Calling through the gateway with %,d keys of %,d stores: about %d s, and the start%n",
                plan.keys(),
                plan.stores(),
                plan.estimate(nginx.isPresent() ? 3 : 2).toSeconds());
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1));
        try (TestBed bed = TestBed.withPostgres(folder)) {
            List<GatewaySide> sides = sides(bed, nginx);
            out.printf(
                    Locale.ROOT,
                    "gateway-service (pid %d) is up; %d processors; Java %s%n",
                    bed.service().pid(),
                    Runtime.getRuntime().availableProcessors(),
                    System.getProperty("java.version"));
            try {
                KeyRing keys = new KeyRing(bed.superuser(), plan);
                new GatewayComparison(plan, sides, keys, vertx, out).run().print(out);
            } catch (SQLException | Trouble failed) {
                throw bed.isClosed() ? new Trouble("The benchmark was ended before its end.") : bed.explained(failed);
            }
        } finally {
            Answers.await(vertx.close());
        }
    }

    /** The gateway last. */
    private List<GatewaySide> sides(TestBed bed, Optional<Path> nginx) throws IOException, Trouble {
        List<GatewaySide> sides = new ArrayList<>();
        FixedAnswer behind = new FixedAnswer(Ports.free());
        bed.start(behind);
        sides.add(new GatewaySide(GatewaySide.DIRECT, behind.port(), FixedAnswer.BODY, List.of()));
        if (nginx.isPresent()) {
            Path own = Files.createDirectory(bed.folder().resolve("nginx"));
            Nginx proxy = new Nginx(nginx.get(), own, Ports.free(), behind.port());
            Process process = bed.start(proxy);
            sides.add(new GatewaySide(GatewaySide.NGINX, proxy.port(), FixedAnswer.BODY, List.of(process.toHandle())));
        } else {
            out.println("There is no nginx on the PATH: nothing is compared with it.");
        }
        Redis redis = new Redis(bed.folder().resolve("redis"), Ports.free());
        Process redisProcess = bed.start(redis);
        Map<String, String> variables = new HashMap<>(LIMITS);
        variables.putAll(PATIENCE);
        variables.put("WEARON_ADMIN_TOKEN", "the-operator-of-a-gateway-that-lives-for-minutes");
        variables.put("WEARON_REDIS_URL", redis.url());
        variables.put("WEARON_CREDITS_URL", "http://127.0.0.1:" + behind.port());
        bed.startService(TestBed.GATEWAY, root, System.getenv(), variables);
        sides.add(new GatewaySide(
                GatewaySide.GATEWAY, bed.servicePort(), ENVELOPED, List.of(bed.service(), redisProcess.toHandle())));
        return sides;
    }
}

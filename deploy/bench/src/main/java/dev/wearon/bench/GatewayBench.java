package dev.wearon.bench;

import dev.wearon.local.suite.UserError;
import dev.wearon.processes.Ports;
import dev.wearon.processes.Redis;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
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

    private static final String CALL =
            "GET /api/v1/credits/balance HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n\r\n";

    /** Prints as it goes, and one table at the end. */
    public void run() throws IOException, SQLException, UserError {
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
                    bed.service(TestBed.GATEWAY).pid(),
                    Runtime.getRuntime().availableProcessors(),
                    System.getProperty("java.version"));
            try {
                List<Buffer> requests = new KeyRing(bed.superuser(), plan.stores())
                        .keys().stream()
                                .map(key -> Buffer.buffer(CALL.formatted(key)))
                                .toList();
                new GatewayComparison(plan, sides, requests, vertx, out).run().print(out);
            } catch (SQLException | UserError failed) {
                throw bed.isClosed() ? new UserError("The benchmark was ended before its end.") : bed.explained(failed);
            }
        } finally {
            Answers.await(vertx.close());
        }
    }

    /** The gateway last. */
    private List<GatewaySide> sides(TestBed bed, Optional<Path> nginx) throws IOException, UserError {
        List<GatewaySide> sides = new ArrayList<>();
        FixedAnswer behind = new FixedAnswer(Ports.free());
        bed.start(behind);
        sides.add(new GatewaySide(GatewaySide.DIRECT, behind.port(), FixedAnswer.BODY, List.of()));
        if (nginx.isPresent()) {
            Path own = Files.createDirectory(bed.folder().resolve("nginx"));
            Nginx proxy = Nginx.proxy(nginx.get(), own, Ports.free(), behind.port());
            Process process = bed.start(proxy);
            sides.add(new GatewaySide(GatewaySide.NGINX, proxy.port(), FixedAnswer.BODY, List.of(process.toHandle())));
        } else {
            out.println("There is no nginx on the PATH: nothing is compared with it.");
        }
        Redis redis = new Redis(bed.folder().resolve("redis"), Ports.free());
        Process redisProcess = bed.start(redis);
        Map<String, String> variables = new HashMap<>(GatewaySide.settings(redis));
        variables.put("WEARON_CREDITS_URL", "http://127.0.0.1:" + behind.port());
        bed.startService(TestBed.GATEWAY, root, System.getenv(), variables);
        sides.add(new GatewaySide(
                GatewaySide.GATEWAY,
                bed.servicePort(TestBed.GATEWAY),
                ENVELOPED,
                List.of(bed.service(TestBed.GATEWAY), redisProcess.toHandle())));
        return sides;
    }
}

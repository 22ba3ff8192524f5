package dev.wearon.bench;

import dev.wearon.local.suite.UserError;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;

/** Measures all sides at each number of connections, in rounds in which they take turns. */
final class GatewayComparison {

    private static final String HOST = "127.0.0.1";
    private static final int WARM_UP_CONNECTIONS = 32;

    private final GatewayPlan plan;
    private final List<GatewaySide> sides;
    private final List<Buffer> requests;
    private final Vertx vertx;
    private final NetClient sockets;
    private final PrintStream out;

    /** @param requests one for each key, of which any is sent */
    GatewayComparison(GatewayPlan plan, List<GatewaySide> sides, List<Buffer> requests, Vertx vertx, PrintStream out) {
        this.plan = plan;
        this.sides = sides;
        this.requests = requests;
        this.vertx = vertx;
        // A request is one small write, and its client waits for the answer.
        this.sockets = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
        this.out = out;
    }

    GatewayReport run() throws UserError {
        out.printf(
                Locale.ROOT,
                "Warming the gateway up for %d s%n",
                plan.serviceWarmUp().toSeconds());
        run(sides.getLast(), WARM_UP_CONNECTIONS, plan.serviceWarmUp(), Duration.ZERO);
        List<GatewayReport.Row> rows = new ArrayList<>();
        for (int connections : plan.connections()) {
            rows.addAll(rows(connections));
        }
        return new GatewayReport(rows);
    }

    private List<GatewayReport.Row> rows(int connections) throws UserError {
        List<List<Costed>> turns =
                sides.stream().<List<Costed>>map(side -> new ArrayList<>()).toList();
        for (int round = 0; round < plan.rounds(); round++) {
            for (int turn = 0; turn < sides.size(); turn++) {
                // Whoever comes second finds the machine as the first left it, so each is the first now and then.
                int place = (round + turn) % sides.size();
                turns.get(place).add(run(sides.get(place), connections, plan.warmUp(), plan.measured()));
            }
        }
        List<GatewayReport.Row> rows = new ArrayList<>();
        for (int place = 0; place < sides.size(); place++) {
            Costed sum = turns.get(place).stream().reduce(Costed::and).orElseThrow();
            rows.add(new GatewayReport.Row(sides.get(place).name(), connections, sum.load(), sum.cpuMicros()));
            out.printf(
                    Locale.ROOT,
                    "  connections %2d, %-7s: %,7.0f/s, p50 %.3f ms%n",
                    connections,
                    sides.get(place).name(),
                    sum.load().perSecond(),
                    sum.load().percentileMs(0.5));
        }
        return rows;
    }

    private record Costed(Load load, double cpuMicros) {

        Costed and(Costed other) {
            return new Costed(load.and(other.load), cpuMicros + other.cpuMicros);
        }
    }

    private Costed run(GatewaySide side, int connections, Duration warmUp, Duration measured) throws UserError {
        List<KeptConnection> connected = new ArrayList<>();
        for (int i = 0; i < connections; i++) {
            connected.add(new KeptConnection(Answers.await(sockets.connect(side.port(), HOST)), side.body()));
        }
        ClosedLoop loop = new ClosedLoop(connected.stream()
                .<ClosedLoop.Client>map(connection -> () -> connection.ask(anyRequest()))
                .toList());
        loop.start(vertx);
        loop.warmUp(warmUp);
        double cpuBefore = side.cpuMicros();
        loop.measure(measured);
        double cpuMicros = side.cpuMicros() - cpuBefore;
        Load load = loop.stop();
        for (KeptConnection connection : connected) {
            Answers.await(connection.close());
        }
        return new Costed(load, cpuMicros);
    }

    private Buffer anyRequest() {
        return requests.get(ThreadLocalRandom.current().nextInt(requests.size()));
    }
}

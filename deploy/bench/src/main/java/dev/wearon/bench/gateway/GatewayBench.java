package dev.wearon.bench.gateway;

import static dev.wearon.bench.loop.ProcessCosts.processes;

import dev.wearon.bench.loop.Bench;
import dev.wearon.bench.loop.Comparison;
import dev.wearon.bench.loop.Measurement;
import dev.wearon.bench.loop.Report;
import dev.wearon.bench.loop.Side;
import dev.wearon.bench.loop.Together;
import dev.wearon.processes.Ports;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "gateway",
        header = "What the gateway adds to a call, beside a plain nginx.",
        description = "Calls a server with a fixed answer directly, through nginx if it is installed, and through a"
                + " gateway-service under 10,000 keys of 1,000 stores; about a minute and a half. Exits with 2 when an"
                + " answer is wrong, never because something is slow.")
public final class GatewayBench extends Bench {

    private static final int MAX_CLIENTS = 128;
    private static final int ROUNDS = 4;
    private static final int KEYS_EACH = 10;

    private static final int BUSY = 32;
    private static final String DIRECT = "direct";
    private static final String NGINX = "nginx";
    private static final String GATEWAY = "gateway";

    private static final String TRACES = "with traces";
    private static final String OTHER = "other build";

    /** Of the calls per second, and of the processor time of a call. */
    private static final double SAME = 0.02;

    private static final String ENVELOPE = "{\"data\":" + FixedAnswer.BODY + ",\"error\":null}";
    private static final String CALL =
            "GET /api/v1/credits/balance HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n\r\n";

    @Option(
            names = "--traces",
            description = "Also measures a gateway that sends the traces of 1 %% of its calls to a collector.")
    private boolean traces;

    @Option(
            names = "--against",
            paramLabel = "DIR",
            description = "Also measures the gateway of another build of this project, for example of an earlier"
                    + " commit: its top folder, with packaged services.")
    private Path against;

    GatewayBench() {
        super(MAX_CLIENTS, ROUNDS, Duration.ofMillis(250), List.of(1, BUSY));
    }

    @Override
    protected Report measure(Rig rig, Comparison comparison) throws Exception {
        FixedAnswer behind = new FixedAnswer(Ports.free());
        rig.start(behind);
        rig.reach("credits", "http://127.0.0.1:" + behind.port());
        RunningService gateway = rig.start(GATEWAY, GatewayKeys.UNLIMITED);
        List<byte[]> requests = GatewayKeys.open(rig.superuser(), quick() ? 10 : 1_000, KEYS_EACH).stream()
                .map(key -> CALL.formatted(key).getBytes(StandardCharsets.US_ASCII))
                .toList();

        Optional<Path> nginx = Nginx.installed(out());
        List<Side> sides = new ArrayList<>();
        sides.add(new CallSide(DIRECT, behind.port(), requests, FixedAnswer.BODY, Map.of()));
        if (nginx.isPresent()) {
            Nginx proxy = Nginx.proxy(nginx.get(), rig.folder(), Ports.free(), behind.port());
            sides.add(new CallSide(NGINX, proxy.port(), requests, FixedAnswer.BODY, processes(rig.start(proxy))));
        }
        List<CallSide> gateways = new ArrayList<>(List.of(side(rig, gateway, requests)));
        while (gateways.size() < processCount()) {
            gateways.add(side(rig, rig.start(GATEWAY, GatewayKeys.UNLIMITED), requests));
        }
        sides.add(gateways.getFirst());
        if (processCount() > 1) {
            sides.add(new Together(processCount() + " gateways", gateways));
        }
        List<Side> others = others(rig, requests);
        sides.addAll(others);

        Report report = new Report(out(), nginx.isPresent() ? NGINX : DIRECT, List.of("connections"), List.of());
        List<Side> cold = new ArrayList<>(gateways);
        cold.addAll(others);
        long answers = warmUp(comparison, BUSY, cold);
        for (int connections : clients()) {
            List<Measurement> row = comparison.measure(sides, connections);
            report.add(List.of(connections), row);
            goals(report, connections, row);
            Measurement gatewayAlone = named(row, GATEWAY).orElseThrow();
            if (processCount() > 1) {
                compareProcesses(
                        report,
                        "connections " + connections,
                        gatewayAlone,
                        named(row, processCount() + " gateways").orElseThrow());
            }
            named(row, TRACES).ifPresent(traced -> sameGoals(report, connections, gatewayAlone, traced));
            named(row, OTHER).ifPresent(other -> sameGoals(report, connections, other, gatewayAlone));
            answers += row.stream().mapToLong(Measurement::answered).sum();
        }
        report.note("Checked: %s answers, each 200 and with exactly the right body.", answers);
        return report;
    }

    private static CallSide side(Rig rig, RunningService gateway, List<byte[]> requests) throws IOException {
        return side(rig, GATEWAY, gateway, requests);
    }

    private static CallSide side(Rig rig, String name, RunningService gateway, List<byte[]> requests)
            throws IOException {
        return new CallSide(name, gateway.port(), requests, ENVELOPE, processes(gateway, rig.redis()));
    }

    private List<Side> others(Rig rig, List<byte[]> requests) throws IOException {
        List<Side> others = new ArrayList<>();
        if (traces) {
            Map<String, String> variables = new HashMap<>(GatewayKeys.UNLIMITED);
            variables.put("WEARON_TRACES_ENDPOINT", Collector.start().toString());
            variables.put("WEARON_TRACES_RATIO", "0.01");
            others.add(side(rig, TRACES, rig.start(GATEWAY, variables), requests));
        }
        if (against != null) {
            RunningService other = rig.start(GATEWAY, against.toAbsolutePath(), GatewayKeys.UNLIMITED);
            others.add(side(rig, OTHER, other, requests));
        }
        return others;
    }

    private static Optional<Measurement> named(List<Measurement> row, String side) {
        return row.stream()
                .filter(measurement -> measurement.side().equals(side))
                .findFirst();
    }

    private static void sameGoals(Report report, int connections, Measurement before, Measurement after) {
        String row = "connections %d: %%s of %s, times %s".formatted(connections, after.side(), before.side());
        report.atLeast(row.formatted("/s"), 1 - SAME, after.perSecond() / before.perSecond());
        report.atMost(row.formatted("CPU µs"), 1 + SAME, after.cpuMicrosEach() / before.cpuMicrosEach());
    }

    private static void goals(Report report, int connections, List<Measurement> row) {
        Measurement gateway = named(row, GATEWAY).orElseThrow();
        if (connections == 1) {
            report.atMost(
                    "1 connection: added p50 in ms",
                    1,
                    gateway.latencyMs(50) - row.getFirst().latencyMs(50));
        }
        if (connections == BUSY) {
            double quarterOfNginx = row.stream()
                    .filter(side -> side.side().equals(NGINX))
                    .mapToDouble(side -> side.perSecond() / 4)
                    .findFirst()
                    .orElse(Double.POSITIVE_INFINITY);
            report.atLeast(
                    "32 connections: requests per second", Math.min(12_000, quarterOfNginx), gateway.perSecond());
            report.atMost("32 connections: CPU µs per request", 100, gateway.cpuMicrosEach());
        }
    }
}

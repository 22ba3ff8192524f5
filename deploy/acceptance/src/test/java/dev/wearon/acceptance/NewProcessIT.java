package dev.wearon.acceptance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.testkit.ApiClient;
import dev.wearon.testkit.Await;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new process behind a load balancer of connections gets its share of the calls. */
@Tag("thorough")
class NewProcessIT {

    private static final Pattern SERVED =
            Pattern.compile("^http_server_requests_seconds_count\\{[^}]*} ([\\d.E+]+)$", Pattern.MULTILINE);

    private static final Duration SHARE_WITHIN = Duration.ofSeconds(30);
    private static final Duration PERIOD = Duration.ofSeconds(2);
    private static final int CLIENTS = 8;

    @TempDir
    private Path folder;

    private Rig rig;
    private ConnectionBalancer balancer;

    @BeforeEach
    void start() throws Exception {
        rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
        balancer = new ConnectionBalancer();
        rig.reach("credits", balancer.url());
    }

    @AfterEach
    void stop() throws Exception {
        rig.close();
        balancer.close();
    }

    private static double served(RunningService service) {
        return SERVED.matcher(
                        ApiClient.of(service.managementUrl()).get("/q/metrics").text())
                .results()
                .mapToDouble(found -> Double.parseDouble(found.group(1)))
                .sum();
    }

    /** The part of the calls of the next {@link #PERIOD} that the new process serves. */
    private static double share(RunningService old, RunningService added) throws InterruptedException {
        double oldBefore = served(old);
        double addedBefore = served(added);
        Thread.sleep(PERIOD);
        double ofAdded = served(added) - addedBefore;
        return ofAdded / (ofAdded + served(old) - oldBefore);
    }

    @Test
    void getsItsShareWithinThirtySeconds() throws Exception {
        RunningService old = rig.start("credits");
        balancer.add(old.url());
        RunningService gateway = rig.start(
                "gateway",
                Map.of(
                        "WEARON_LIMITS_PER_MINUTE_WITHOUT_TIER", Suite.UNLIMITED,
                        "WEARON_LIMITS_PER_HOUR_WITHOUT_TIER", Suite.UNLIMITED));
        Merchant store = Merchant.with(URI.create(gateway.url()), Rig.ADMIN_TOKEN, "absorb_mode", 1);
        try (SteadyCalls calls = new SteadyCalls()) {
            SteadyCalls.Calls[] clients = new SteadyCalls.Calls[CLIENTS];
            for (int client = 0; client < CLIENTS; client++) {
                clients[client] = calls.keepCalling(gateway.url(), store.apiKey());
            }
            Await.until(SHARE_WITHIN, () -> served(old), count -> count > 100);
            RunningService added = rig.start("credits");
            balancer.add(added.url());
            Await.until(SHARE_WITHIN, () -> share(old, added), share -> share > 0.3);
            for (SteadyCalls.Calls client : clients) {
                assertThat(client.statuses()).containsExactly(200);
            }
        }
    }
}

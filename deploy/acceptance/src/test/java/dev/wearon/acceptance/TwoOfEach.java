package dev.wearon.acceptance;

import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import dev.wearon.testkit.S3Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Two processes of each service, with the images in a bucket. Each service knows both addresses of the others. The generation
 * processes serve the API and work. No load balancer hides how a process ends.
 */
final class TwoOfEach implements AutoCloseable {

    /** Callers of a service come after it. */
    private static final List<String> ORDER = List.of("credits", "storage", "generation", "gateway");

    private final Rig rig;
    private final Map<String, List<RunningService>> services = new LinkedHashMap<>();

    /** @param more further variables of every service */
    static TwoOfEach start(Path folder, Map<String, String> more) throws IOException {
        Rig rig = Rig.in(folder, Suite.ROOT, Rig.SHORT_LIVED);
        try {
            return new TwoOfEach(rig, folder, more);
        } catch (IOException | RuntimeException failed) {
            rig.close();
            throw failed;
        }
    }

    private TwoOfEach(Rig rig, Path folder, Map<String, String> more) throws IOException {
        this.rig = rig;
        S3Server bucket = S3Server.in(folder.resolve("s3"), Suite.ROOT);
        rig.start(bucket);
        Map<String, String> variables = new HashMap<>(bucket.variables());
        variables.put("WEARON_SHUTDOWN_DELAY", "1s");
        variables.put("WEARON_LIMITS_PER_MINUTE_WITHOUT_TIER", Suite.UNLIMITED);
        variables.put("WEARON_LIMITS_PER_HOUR_WITHOUT_TIER", Suite.UNLIMITED);
        variables.put("WEARON_PUBLIC_URL", rig.url("gateway"));
        variables.putAll(more);
        for (String service : ORDER) {
            List<RunningService> both = new ArrayList<>();
            for (int process = 0; process < 2; process++) {
                both.add(rig.start(service, variables));
            }
            services.put(service, both);
            rig.reach(service, both.get(0).url() + "," + both.get(1).url());
        }
    }

    Rig rig() {
        return rig;
    }

    List<RunningService> of(String service) {
        return services.get(service);
    }

    /** Every process, in the order in which a deployment replaces them. */
    List<RunningService> all() {
        return services.values().stream().flatMap(List::stream).toList();
    }

    List<String> gateways() {
        return of("gateway").stream().map(RunningService::url).toList();
    }

    Merchant merchant(int credits) {
        return Merchant.with(URI.create(gateways().getFirst()), Rig.ADMIN_TOKEN, "absorb_mode", credits);
    }

    @Override
    public void close() {
        rig.close();
    }
}

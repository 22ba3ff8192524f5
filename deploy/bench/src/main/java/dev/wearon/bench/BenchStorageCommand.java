package dev.wearon.bench;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "storage",
        header = "How fast images come and go, beside an nginx with the same files.",
        description =
                "Uploads images of 200 KiB and 10 MiB to a storage-service by signed URLs and downloads them again, and the"
                        + " same with nginx if it is installed; then asks a gateway-service for signed URLs. A minute and a"
                        + " half, up to 1 GiB of disk, one table. Exits with 1 when an answer or an image is wrong, never"
                        + " because something is slow.")
final class BenchStorageCommand implements Callable<Integer> {

    private static final int MOST_SECONDS = 60;
    private static final int MOST_CLIENTS = 64;
    private static final int ROUNDS = 2;
    private static final long MEBIBYTE = 1 << 20;

    @ParentCommand
    private BenchCommand bench;

    @Mixin
    private BenchOptions options;

    @Option(
            names = "--clients",
            split = ",",
            paramLabel = "N",
            defaultValue = "1,32",
            description = "How many clients move images at a time (default: ${DEFAULT-VALUE}).")
    private List<Integer> clients;

    @Override
    public Integer call() throws Exception {
        options.require("--clients", clients, MOST_CLIENTS);
        new StorageBench(bench.wearon().layout().root(), options.folder(), plan(), System.out).run();
        return 0;
    }

    private StoragePlan plan() {
        Duration measured = options.seconds(MOST_SECONDS);
        return options.quick()
                ? new StoragePlan(clients, Duration.ofSeconds(1), 1, Duration.ofMillis(300), 64 * MEBIBYTE)
                : new StoragePlan(clients, Duration.ofSeconds(20), ROUNDS, measured.dividedBy(ROUNDS), 512 * MEBIBYTE);
    }
}

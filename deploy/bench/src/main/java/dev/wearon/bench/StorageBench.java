package dev.wearon.bench;

import dev.wearon.local.suite.UserError;
import dev.wearon.processes.Ports;
import dev.wearon.processes.Redis;
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
import java.util.UUID;
import java.util.stream.Stream;

/**
 * Uploads to and downloads from storage over a folder, by signed URLs, compared in the same run with an nginx that has the
 * same images; and what the gateway takes to hand a URL out.
 *
 * @param root the source tree with the built services
 * @param folder where the temporary folder is made; up to 1 GiB of it is used
 */
public record StorageBench(Path root, Path folder, StoragePlan plan, PrintStream out) {

    private static final int STORES = 1;

    /** Prints as it goes, and one table at the end. */
    public void run() throws IOException, SQLException, UserError {
        Optional<Path> nginx = Nginx.installed();
        out.printf(
                Locale.ROOT,
                "Moving images of 200 KiB and 10 MiB: at most about %d s, and the start%n",
                plan.estimate(nginx.isPresent() ? 2 : 1).toSeconds());
        try (TestBed bed = TestBed.withPostgres(folder)) {
            Path images = startStorage(bed);
            Process redis = startGateway(bed);
            out.printf(
                    Locale.ROOT,
                    "storage-service (pid %d) and gateway-service (pid %d) are up; %s; %d processors; Java %s%n",
                    bed.service(TestBed.STORAGE).pid(),
                    bed.service(TestBed.GATEWAY).pid(),
                    Files.getFileStore(bed.folder()).type(),
                    Runtime.getRuntime().availableProcessors(),
                    System.getProperty("java.version"));
            try {
                KeyRing keys = new KeyRing(bed.superuser(), STORES);
                Presigning presigning = new Presigning(
                        bed.servicePort(TestBed.GATEWAY), keys.keys().getFirst());
                List<StorageSide> sides = new ArrayList<>();
                sides.add(new StorageSide(
                        StorageSide.STORAGE,
                        bed.servicePort(TestBed.STORAGE),
                        true,
                        images.resolve("blobs"),
                        List.of(bed.service(TestBed.STORAGE), bed.postgres()),
                        presigning));
                if (nginx.isPresent()) {
                    sides.add(startNginx(bed, nginx.get()));
                } else {
                    out.println("There is no nginx on the PATH: nothing is compared with it.");
                }
                List<ProcessHandle> presigners =
                        List.of(bed.service(TestBed.GATEWAY), bed.service(TestBed.STORAGE), redis.toHandle());
                new StorageComparison(plan, sides, presigning, presigners, out)
                        .run()
                        .print(out);
            } catch (IOException | SQLException | UserError failed) {
                throw bed.isClosed() ? new UserError("The benchmark was ended before its end.") : bed.explained(failed);
            }
        }
    }

    /** @return its folder */
    private Path startStorage(TestBed bed) throws IOException, UserError {
        Path images = bed.folder().resolve("images");
        // Never a bucket: nobody would expect a benchmark to fill it.
        bed.startService(
                TestBed.STORAGE,
                root,
                System.getenv(),
                Map.of(
                        "WEARON_STORAGE_BACKEND", "filesystem",
                        "WEARON_STORAGE_DATA_DIR", images.toString(),
                        "WEARON_STORAGE_SIGNING_KEY", "of-a-storage-that-lives-for-minutes"));
        return images;
    }

    /** @return its Redis */
    private Process startGateway(TestBed bed) throws IOException, UserError {
        Redis redis = new Redis(bed.folder().resolve("redis"), Ports.free());
        Process process = bed.start(redis);
        Map<String, String> variables = new HashMap<>(GatewaySide.settings(redis));
        variables.put("WEARON_STORAGE_URL", "http://127.0.0.1:" + bed.servicePort(TestBed.STORAGE));
        bed.startService(TestBed.GATEWAY, root, System.getenv(), variables);
        return process;
    }

    private StorageSide startNginx(TestBed bed, Path program) throws IOException, UserError {
        Path own = Files.createDirectory(bed.folder().resolve("nginx"));
        Path files = Files.createDirectory(own.resolve("files"));
        boolean takesFiles = Nginx.takesFiles(program);
        if (!takesFiles) {
            out.println("This nginx takes no uploads: only its downloads are compared.");
        }
        Nginx nginx = Nginx.files(program, own, Ports.free(), files);
        Process process = bed.start(nginx);
        return new StorageSide(
                StorageSide.NGINX, nginx.port(), takesFiles, files, List.of(process.toHandle()), StorageBench::names);
    }

    private static List<StorageSide.Place> names(int count) {
        return Stream.generate(() -> "/%s.jpg".formatted(UUID.randomUUID()))
                .limit(count)
                .map(name -> new StorageSide.Place(name, name))
                .toList();
    }
}

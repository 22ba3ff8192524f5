package dev.wearon.bench.storage;

import static dev.wearon.bench.loop.ProcessCosts.processes;

import dev.wearon.bench.gateway.GatewayKeys;
import dev.wearon.bench.gateway.Nginx;
import dev.wearon.bench.loop.Bench;
import dev.wearon.bench.loop.Comparison;
import dev.wearon.bench.loop.Measurement;
import dev.wearon.bench.loop.Report;
import dev.wearon.bench.loop.Side;
import dev.wearon.processes.Ports;
import dev.wearon.processes.services.Rig;
import dev.wearon.processes.services.RunningService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

@Command(
        name = "storage",
        header = "How fast images come and go, beside an nginx with the same files.",
        description =
                "Uploads images of 200 KiB and 10 MiB to a storage-service by signed URLs and downloads them again, and the"
                        + " same with nginx if it is installed; then asks a gateway-service for signed URLs. A minute and a"
                        + " half, up to 1 GiB of disk. Exits with 2 when an answer or an image is wrong, never because"
                        + " something is slow.")
public final class StorageBench extends Bench {

    private static final int MAX_CLIENTS = 128;
    private static final int ROUNDS = 2;
    private static final int WARM_UP_CLIENTS = 8;
    private static final long MEBIBYTE = 1 << 20;

    /** The limit for one size in one turn, because each upload has a row in PostgreSQL and a URL that is signed before. */
    private static final int MAX_UPLOADS = 2_000;

    /** The number of images of each size that are downloaded in turn. */
    private static final int KEPT = 8;

    private static final String STORAGE = "storage";

    private Report report;
    private long images;

    StorageBench() {
        super(MAX_CLIENTS, ROUNDS, Duration.ZERO, List.of(1, 32));
    }

    @Override
    protected Report measure(Rig rig, Comparison comparison) throws Exception {
        // Never a bucket: only the rig's folder is emptied at the end.
        RunningService service = rig.start(STORAGE, Map.of("WEARON_STORAGE_BACKEND", "filesystem"));
        RunningService gateway = rig.start("gateway", GatewayKeys.UNLIMITED);
        UploadUrls urls = new UploadUrls(
                gateway.port(),
                GatewayKeys.open(rig.superuser(), 1, 1).getFirst(),
                processes(gateway, service, rig.redis()));
        ImageServer storage = new ImageServer(
                STORAGE, service.port(), rig.images().resolve("blobs"), processes(service, rig.postgres()), urls);
        List<ImageServer> servers = new ArrayList<>(List.of(storage));
        Optional<Path> nginx = Nginx.installed(out());
        if (nginx.isPresent()) {
            servers.add(nginx(rig, nginx.get()));
        }

        warmUp(comparison, storage, urls);
        report = new Report(
                out(), servers.getLast().name(), List.of("clients", "size", "call"), List.of("MB/s", "CPU ms/MB"));
        measureUploads(comparison, servers);
        measureDownloads(comparison, servers);
        Measurement presign = comparison.measure(List.of(urls), 1).getFirst();
        report.add(List.of(1, "-", "presign"), List.of(presign), side -> List.of("-", "-"));
        report.atMost("presign through the gateway: p50 in ms", 2, presign.latencyMs(50));
        report.note("MB is a million bytes. Storage answers an upload when it is on the disk, nginx does not wait.");
        report.note("Checked: %s images, each taken with 201 or downloaded with every byte.", images);
        return report;
    }

    private void warmUp(Comparison comparison, ImageServer storage, UploadUrls urls) throws Exception {
        TestImage small = TestImage.sizes().getFirst();
        comparison.warmUp(
                WARM_UP_CLIENTS,
                urls,
                storage.downloads(small, storage.keep(small, KEPT)),
                storage.uploads(small, maxUploads(small)));
    }

    private void measureUploads(Comparison comparison, List<ImageServer> servers) throws Exception {
        for (TestImage image : TestImage.sizes()) {
            List<Side> sides = servers.stream()
                    .map(server -> server.uploads(image, maxUploads(image)))
                    .toList();
            for (int clients : clients()) {
                add(image, "upload", clients, comparison.measure(sides, clients));
            }
        }
    }

    private void measureDownloads(Comparison comparison, List<ImageServer> servers) throws Exception {
        for (TestImage image : TestImage.sizes()) {
            List<Side> sides = new ArrayList<>();
            for (ImageServer server : servers) {
                sides.add(server.downloads(image, server.keep(image, KEPT)));
            }
            for (int clients : clients()) {
                List<Measurement> row = comparison.measure(sides, clients);
                add(image, "download", clients, row);
                if (row.size() > 1) {
                    report.atLeast(
                            "%s, clients %d: MB per CPU second, times nginx's".formatted(image.size(), clients),
                            0.5,
                            row.getLast().cpuMicrosEach() / row.getFirst().cpuMicrosEach());
                }
            }
        }
    }

    private void add(TestImage image, String call, int clients, List<Measurement> row) {
        double megabytes = image.bytes().length / 1e6;
        report.add(
                List.of(clients, image.size(), call),
                row,
                side -> List.of(side.perSecond() * megabytes, side.cpuMicrosEach() / 1e3 / megabytes));
        row.forEach(side -> images += side.answered());
    }

    private int maxUploads(TestImage image) {
        long bytes = (quick() ? 64 : 512) * MEBIBYTE;
        return (int) Math.min(bytes / image.bytes().length, MAX_UPLOADS);
    }

    private static ImageServer nginx(Rig rig, Path program) throws IOException {
        Path files = Files.createDirectory(rig.folder().resolve("files"));
        Nginx nginx = Nginx.files(program, rig.folder(), Ports.free(), files);
        return new ImageServer("nginx", nginx.port(), files, processes(rig.start(nginx)), StorageBench::names);
    }

    private static List<ImageServer.Location> names(int count) {
        return Stream.generate(() -> "/%s.jpg".formatted(UUID.randomUUID()))
                .limit(count)
                .map(name -> new ImageServer.Location(name, name))
                .toList();
    }
}

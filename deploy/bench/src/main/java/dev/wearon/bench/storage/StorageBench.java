package dev.wearon.bench.storage;

import static dev.wearon.bench.loop.ProcessCosts.processes;

import dev.wearon.bench.gateway.GatewayKeys;
import dev.wearon.bench.gateway.Nginx;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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

    /** Never a bucket: only the rig's folder is emptied at the end. */
    private static final Map<String, String> FILESYSTEM = Map.of("WEARON_STORAGE_BACKEND", "filesystem");

    private final List<ImageServer> storages = new ArrayList<>();
    private Optional<ImageServer> nginx = Optional.empty();
    private Report report;
    private long images;

    StorageBench() {
        super(MAX_CLIENTS, ROUNDS, Duration.ZERO, List.of(1, 32));
    }

    @Override
    protected Report measure(Rig rig, Comparison comparison) throws Exception {
        RunningService service = rig.start(STORAGE, FILESYSTEM);
        RunningService gateway = rig.start("gateway", GatewayKeys.UNLIMITED);
        UploadUrls urls = new UploadUrls(
                gateway.port(),
                GatewayKeys.open(rig.superuser(), 1, 1).getFirst(),
                processes(gateway, service, rig.redis()));
        storages.add(storage(rig, service, rig.images(), urls));
        while (storages.size() < processCount()) {
            storages.add(another(rig, rig.folder().resolve("images-" + (storages.size() + 1)), urls));
        }
        Optional<Path> program = Nginx.installed(out());
        if (program.isPresent()) {
            nginx = Optional.of(nginx(rig, program.get()));
        }

        warmUp(comparison, urls);
        String reference = nginx.map(ImageServer::name).orElse(STORAGE);
        report = new Report(out(), reference, List.of("clients", "size", "call"), List.of("MB/s", "CPU ms/MB"));
        measureUploads(comparison);
        measureDownloads(comparison);
        Measurement presign = comparison.measure(List.of(urls), 1).getFirst();
        report.add(List.of(1, "-", "presign"), List.of(presign), side -> List.of("-", "-"));
        report.atMost("presign through the gateway: p50 in ms", 2, presign.latencyMs(50));
        report.note("MB is a million bytes. Storage answers an upload when it is on the disk, nginx does not wait.");
        report.note("Checked: %s images, each taken with 201 or downloaded with every byte.", images);
        return report;
    }

    private void warmUp(Comparison comparison, UploadUrls urls) throws Exception {
        TestImage small = TestImage.sizes().getFirst();
        Load downloads = server -> server.downloads(small, server.keep(small, KEPT));
        List<Side> sides = new ArrayList<>(List.of(urls));
        sides.addAll(each(downloads));
        sides.addAll(each(server -> server.uploads(small, maxUploads(small))));
        comparison.warmUp(WARM_UP_CLIENTS, sides.toArray(Side[]::new));
        if (processCount() > 1) {
            // The uploads before have removed all images.
            warmUp(comparison, WARM_UP_CLIENTS, each(downloads));
        }
    }

    private void measureUploads(Comparison comparison) throws Exception {
        for (TestImage image : TestImage.sizes()) {
            List<Side> sides = sides(server -> server.uploads(image, maxUploads(image)));
            for (int clients : clients()) {
                add(image, "upload", clients, comparison.measure(sides, clients));
            }
        }
    }

    private void measureDownloads(Comparison comparison) throws Exception {
        for (TestImage image : TestImage.sizes()) {
            List<Side> sides = sides(server -> server.downloads(image, server.keep(image, KEPT)));
            for (int clients : clients()) {
                List<Measurement> row = comparison.measure(sides, clients);
                add(image, "download", clients, row);
                if (nginx.isPresent()) {
                    report.atLeast(
                            "%s, clients %d: MB per CPU second, times nginx's".formatted(image.size(), clients),
                            0.5,
                            row.getLast().cpuMicrosEach() / row.getFirst().cpuMicrosEach());
                }
            }
        }
    }

    private interface Load {
        Side on(ImageServer server) throws IOException;
    }

    private List<Side> each(Load load) throws IOException {
        List<Side> each = new ArrayList<>();
        for (ImageServer storage : storages) {
            each.add(load.on(storage));
        }
        return each;
    }

    /** One storage, several if they are asked for, and nginx. */
    private List<Side> sides(Load load) throws IOException {
        List<Side> sides = new ArrayList<>(List.of(load.on(storages.getFirst())));
        if (processCount() > 1) {
            sides.add(new Together(processCount() + " storages", each(load)));
        }
        if (nginx.isPresent()) {
            sides.add(load.on(nginx.get()));
        }
        return sides;
    }

    private void add(TestImage image, String call, int clients, List<Measurement> row) {
        double megabytes = image.bytes().length / 1e6;
        report.add(
                List.of(clients, image.size(), call),
                row,
                side -> List.of(side.perSecond() * megabytes, side.cpuMicrosEach() / 1e3 / megabytes));
        row.forEach(side -> images += side.answered());
        if (processCount() > 1) {
            compareProcesses(
                    report, "%s of %s, clients %d".formatted(call, image.size(), clients), row.getFirst(), row.get(1));
        }
    }

    private int maxUploads(TestImage image) {
        long bytes = (quick() ? 64 : 512) * MEBIBYTE;
        return (int) Math.min(bytes / image.bytes().length, MAX_UPLOADS);
    }

    /** A folder has one process, so another process keeps its images elsewhere. */
    private static ImageServer another(Rig rig, Path images, UploadUrls urls) throws IOException {
        Map<String, String> variables = new HashMap<>(FILESYSTEM);
        variables.put("WEARON_STORAGE_DATA_DIR", images.toString());
        return storage(rig, rig.start(STORAGE, variables), images, urls);
    }

    private static ImageServer storage(Rig rig, RunningService service, Path images, UploadUrls urls)
            throws IOException {
        Map<String, ProcessHandle> processes = processes(service, rig.postgres());
        return new ImageServer(STORAGE, service.port(), images.resolve("blobs"), processes, urls);
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

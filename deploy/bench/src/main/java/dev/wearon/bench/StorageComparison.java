package dev.wearon.bench;

import dev.wearon.local.suite.UserError;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Measures uploads, then downloads, of each size and number of clients, in rounds in which the sides take turns. */
final class StorageComparison {

    private static final int WARM_UP_CLIENTS = 8;

    /** So many images of a size are got in turn. */
    private static final int KEPT = 8;

    private final StoragePlan plan;
    private final StorageSide storage;
    private final List<StorageSide> sides;
    private final Presigning presigning;
    private final List<ProcessHandle> presigners;
    private final PrintStream out;

    /**
     * @param sides storage first
     * @param presigners whose processor time presigning costs
     */
    StorageComparison(
            StoragePlan plan,
            List<StorageSide> sides,
            Presigning presigning,
            List<ProcessHandle> presigners,
            PrintStream out) {
        this.plan = plan;
        this.storage = sides.getFirst();
        this.sides = sides;
        this.presigning = presigning;
        this.presigners = presigners;
        this.out = out;
    }

    /** Measures one side once. */
    private interface Turn {
        StorageReport.Costed of(StorageSide side) throws IOException, UserError;
    }

    StorageReport run() throws IOException, UserError {
        List<Photo> photos = Photo.sizes();
        warmUp(photos.getFirst());
        List<StorageReport.Row> rows = new ArrayList<>();
        List<StorageSide> takers =
                sides.stream().filter(StorageSide::takesUploads).toList();
        for (Photo photo : photos) {
            for (int clients : plan.clients()) {
                rows.addAll(rows(StorageReport.UPLOAD, photo, clients, takers, side -> uploads(side, photo, clients)));
            }
        }
        for (Photo photo : photos) {
            List<List<StorageSide.Place>> kept = new ArrayList<>();
            for (StorageSide side : sides) {
                kept.add(side.keep(photo, KEPT));
            }
            for (int clients : plan.clients()) {
                rows.addAll(rows(
                        StorageReport.DOWNLOAD,
                        photo,
                        clients,
                        sides,
                        side -> downloads(side, kept.get(sides.indexOf(side)), photo, clients, plan.turn())));
            }
        }
        return new StorageReport(rows, presign(plan.turn().multipliedBy(plan.rounds())));
    }

    private void warmUp(Photo photo) throws IOException, UserError {
        out.printf(
                Locale.ROOT,
                "Warming storage and gateway up for about %d s%n",
                plan.warmUp().toSeconds());
        Duration quarter = plan.warmUp().dividedBy(4);
        presign(quarter);
        uploads(storage, photo, WARM_UP_CLIENTS);
        List<StorageSide.Place> kept = storage.keep(photo, KEPT);
        downloads(storage, kept, photo, WARM_UP_CLIENTS, quarter.multipliedBy(2));
        storage.empty();
    }

    private List<StorageReport.Row> rows(String call, Photo photo, int clients, List<StorageSide> sides, Turn turn)
            throws IOException, UserError {
        List<StorageReport.Costed> sums = new ArrayList<>(
                sides.stream().map(side -> StorageReport.Costed.NOTHING).toList());
        for (int round = 0; round < plan.rounds(); round++) {
            for (int i = 0; i < sides.size(); i++) {
                // Whoever comes second finds the machine as the first left it, so each is the first now and then.
                int place = (round + i) % sides.size();
                sums.set(place, sums.get(place).and(turn.of(sides.get(place))));
            }
        }
        List<StorageReport.Row> rows = new ArrayList<>();
        for (StorageSide side : sides) {
            StorageReport.Row row =
                    new StorageReport.Row(call, photo, clients, side.name(), sums.get(sides.indexOf(side)));
            rows.add(row);
            out.printf(
                    Locale.ROOT,
                    "  %-8s %7s, clients %2d, %-7s: %,7.0f MB/s, p50 %.2f ms%n",
                    call,
                    photo.size(),
                    clients,
                    side.name(),
                    row.megabytesPerSecond(),
                    row.load().percentileMs(0.5));
        }
        return rows;
    }

    /** The URLs are signed before; what was uploaded is removed afterwards. */
    private StorageReport.Costed uploads(StorageSide side, Photo photo, int clients) throws IOException, UserError {
        List<StorageSide.Place> places = side.places().next(plan.uploads(photo));
        try (Connections connections = new Connections(side.port(), clients)) {
            return costed(
                    side.processes(),
                    connections.clients((connection, number) ->
                            connection.put(places.get(number).put(), photo)),
                    plan.turn(),
                    places.size());
        } finally {
            side.empty();
        }
    }

    private StorageReport.Costed downloads(
            StorageSide side, List<StorageSide.Place> kept, Photo photo, int clients, Duration time)
            throws IOException, UserError {
        try (Connections connections = new Connections(side.port(), clients)) {
            return costed(
                    side.processes(),
                    connections.clients((connection, number) ->
                            connection.get(kept.get(number % kept.size()).get(), photo)),
                    time,
                    Integer.MAX_VALUE);
        }
    }

    private StorageReport.Costed presign(Duration time) throws IOException, UserError {
        String request = presigning.request(1);
        try (Connections connections = new Connections(presigning.gatewayPort(), 1)) {
            return costed(
                    presigners,
                    connections.clients((connection, number) -> connection.post(request)),
                    time,
                    Integer.MAX_VALUE);
        }
    }

    private static StorageReport.Costed costed(
            List<ProcessHandle> processes, List<Crowd.Client> clients, Duration time, int most) throws UserError {
        double before = cpuMicros(processes);
        Load load = Crowd.run(clients, time, most);
        return new StorageReport.Costed(load, cpuMicros(processes) - before);
    }

    private static double cpuMicros(List<ProcessHandle> processes) {
        return processes.stream().mapToDouble(ProcessCosts::cpuMicros).sum();
    }
}

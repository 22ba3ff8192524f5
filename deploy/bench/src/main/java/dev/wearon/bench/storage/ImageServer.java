package dev.wearon.bench.storage;

import dev.wearon.bench.loop.HttpConnection;
import dev.wearon.bench.loop.Side;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A server that keeps images and serves them: storage, or nginx.
 *
 * @param folder where it keeps the images, directly or deeper
 */
record ImageServer(String name, int port, Path folder, Map<String, ProcessHandle> processes, Naming naming) {

    private static final int CREATED = 201;

    /** The targets of the requests that upload an image once and then download it. */
    record Location(String put, String get) {}

    /** Makes new locations. */
    @FunctionalInterface
    interface Naming {
        List<Location> next(int count) throws IOException;
    }

    /** Each call uploads to a new location. {@code count} locations are made before each turn. */
    Side uploads(TestImage image, int count) {
        return new Uploads(this, image, count, new ConcurrentLinkedQueue<>());
    }

    /** Downloads of images that the server keeps already. */
    Side downloads(TestImage image, List<Location> kept) {
        return new Downloads(this, image, kept);
    }

    /** Stores an image in so many new locations. */
    List<Location> keep(TestImage image, int count) throws IOException {
        List<Location> kept = naming.next(count);
        try (HttpConnection connection = new HttpConnection(port)) {
            for (Location location : kept) {
                put(connection, location, image);
            }
        }
        return kept;
    }

    /** Removes the bytes of all images. */
    void empty() throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path file : all.filter(Files::isRegularFile).toList()) {
                Files.delete(file);
            }
        }
    }

    private static void put(HttpConnection connection, Location location, TestImage image) throws IOException {
        String head = "PUT %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n";
        connection
                .send(ascii(head.formatted(location.put(), image.bytes().length)))
                .send(image.bytes())
                .expect(CREATED);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** @param locations those that are left in this turn */
    private record Uploads(ImageServer server, TestImage image, int maxCalls, Queue<Location> locations)
            implements Side {

        @Override
        public String name() {
            return server.name();
        }

        @Override
        public Map<String, ProcessHandle> processes() {
            return server.processes();
        }

        @Override
        public void prepare() throws IOException {
            locations.clear();
            locations.addAll(server.naming().next(maxCalls));
        }

        @Override
        public Client connect() throws IOException {
            return HttpConnection.client(server.port(), connection -> put(connection, locations.remove(), image));
        }

        @Override
        public void finish(long answered) throws IOException {
            server.empty();
        }
    }

    private record Downloads(ImageServer server, TestImage image, List<Location> kept) implements Side {

        @Override
        public String name() {
            return server.name();
        }

        @Override
        public Map<String, ProcessHandle> processes() {
            return server.processes();
        }

        @Override
        public Client connect() throws IOException {
            List<byte[]> requests = kept.stream()
                    .map(location -> ascii("GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".formatted(location.get())))
                    .toList();
            AtomicInteger next = new AtomicInteger();
            return HttpConnection.client(server.port(), connection -> connection
                    .send(requests.get(next.getAndIncrement() % requests.size()))
                    .expect(image.bytes()));
        }
    }
}

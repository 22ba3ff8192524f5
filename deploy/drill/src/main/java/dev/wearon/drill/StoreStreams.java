package dev.wearon.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Follows the event stream of each store, and connects again whenever a fault has ended it. */
final class StoreStreams {

    private static final Duration RETRY_DELAY = Duration.ofMillis(500);
    private static final Duration POLL_INTERVAL = Duration.ofMillis(200);

    private static final ObjectMapper JSON = new ObjectMapper();

    private final GatewayClient gateway;
    private final Observations observations;
    private final List<Follower> followers = new ArrayList<>();
    private final List<Thread> threads = new ArrayList<>();

    /** One store, by the connection that is open or comes next. */
    private final class Follower implements Runnable {

        private final Payer store;

        /** What the present connection has shown as unfinished. */
        private final Set<UUID> unfinished = ConcurrentHashMap.newKeySet();

        private String id = "";

        private Follower(Payer store) {
            this.store = store;
        }

        @Override
        public void run() {
            try {
                while (true) {
                    follow();
                    unfinished.clear();
                    Thread.sleep(RETRY_DELAY);
                }
            } catch (InterruptedException drillIsEnding) {
                Thread.currentThread().interrupt();
            }
        }

        private void follow() throws InterruptedException {
            try {
                HttpResponse<Stream<String>> response = gateway.events(store);
                try (Stream<String> lines = response.body()) {
                    if (response.statusCode() == 200) {
                        observations.countStream();
                        lines.forEach(this::line);
                    } else if (response.statusCode() < 500 && response.statusCode() != 429) {
                        observations.addUnexpected("The event stream of store %s got %d"
                                .formatted(store.storeId(), response.statusCode()));
                    }
                }
            } catch (IOException | UncheckedIOException endedByAFault) {
                // The next connection begins with the unfinished sessions.
            }
        }

        private void line(String line) {
            if (line.startsWith("id: ")) {
                id = line.substring("id: ".length());
            } else if (line.startsWith("data: ") && !id.isEmpty()) {
                event(line.substring("data: ".length()));
                id = "";
            }
        }

        private void event(String data) {
            try {
                JsonNode state = JSON.readTree(data);
                UUID session = UUID.fromString(state.path("session_id").asText());
                String status = state.path("status").asText();
                long version = Long.parseLong(id.substring(id.indexOf(':') + 1));
                observations.add(new Observations.Streamed(store.storeId(), session, version, status));
                if (List.of("completed", "failed").contains(status)) {
                    unfinished.remove(session);
                } else {
                    unfinished.add(session);
                }
            } catch (IOException | IllegalArgumentException malformed) {
                observations.addUnexpected("An event of store %s is %s: %s".formatted(store.storeId(), id, data));
            }
        }
    }

    /** @param stores one payer of each store */
    StoreStreams(List<Payer> stores, GatewayClient gateway, Observations observations) {
        this.gateway = gateway;
        this.observations = observations;
        for (Payer store : stores) {
            Follower follower = new Follower(store);
            followers.add(follower);
            threads.add(Thread.ofVirtual().name("stream-" + store.storeId()).unstarted(follower));
        }
    }

    void start() {
        threads.forEach(Thread::start);
    }

    /**
     * Ends the streams when all sessions have ended. What a stream has shown as unfinished, it must then show as ended: at once,
     * or after {@code timeout} at the latest, because it reads the rows again at each heartbeat.
     */
    void end(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        while (followers.stream().anyMatch(follower -> !follower.unfinished.isEmpty())
                && System.nanoTime() < deadline) {
            Thread.sleep(POLL_INTERVAL);
        }
        followers.forEach(follower -> follower.unfinished.forEach(
                session -> observations.addUnexpected("The event stream of store %s never showed the end of session %s"
                        .formatted(follower.store.storeId(), session))));
        threads.forEach(Thread::interrupt);
    }
}

package dev.wearon.drill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The clients of a drill, all at once, a third of each kind. */
final class Traffic {

    private final TrafficState hours = new TrafficState();
    private final List<Thread> clients = new ArrayList<>();

    Traffic(Plan plan, List<Account> buyers, GatewayClient shop, Observations seen) {
        VirtualUser.Kind[] kinds = VirtualUser.Kind.values();
        for (int i = 0; i < plan.clients(); i++) {
            // Far apart, as neighbouring seeds begin with similar numbers.
            Random random = new Random(plan.seed() ^ (i + 1) * 0x9E3779B97F4A7C15L);
            VirtualUser client =
                    new VirtualUser(kinds[i % kinds.length], "client-" + (i + 1), buyers, shop, seen, random, hours);
            clients.add(Thread.ofVirtual().name("client-" + (i + 1)).unstarted(client));
        }
    }

    void start() {
        clients.forEach(Thread::start);
    }

    /** Nobody begins anything new. */
    void close() {
        hours.close();
    }

    /** Who waits to be told how a request ended goes on for at most {@code patience}; then everybody has gone. */
    void end(Duration patience) throws InterruptedException {
        long giveUp = System.nanoTime() + patience.toNanos();
        for (Thread client : clients) {
            client.join(Duration.ofNanos(Math.max(1, giveUp - System.nanoTime())));
        }
        hours.end();
        for (Thread client : clients) {
            client.join();
        }
    }
}

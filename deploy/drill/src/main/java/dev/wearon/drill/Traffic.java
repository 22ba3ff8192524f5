package dev.wearon.drill;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** The concurrent clients of a drill, with about equal numbers of each {@link VirtualUser.Kind}, and the buyers of credits. */
final class Traffic {

    private final TrafficState state = new TrafficState();
    private final List<Thread> clients = new ArrayList<>();

    Traffic(Plan plan, List<Payer> payers, Shops shops, GatewayClient gateway, Observations observations) {
        VirtualUser.Kind[] kinds = VirtualUser.Kind.values();
        for (int i = 0; i < plan.clients(); i++) {
            VirtualUser client = new VirtualUser(
                    kinds[i % kinds.length],
                    "client-" + (i + 1),
                    payers,
                    gateway,
                    observations,
                    random(plan, i + 1),
                    state);
            clients.add(Thread.ofVirtual().name("client-" + (i + 1)).unstarted(client));
        }
        List<Shops.Sale> sales = shops.sales();
        for (int i = 0; i < sales.size(); i++) {
            Buyer buyer = new Buyer(sales.get(i), shops, random(plan, -1 - i), state);
            clients.add(Thread.ofVirtual().name("buyer-" + (i + 1)).unstarted(buyer));
        }
        clients.add(Thread.ofVirtual()
                .name("leaving shop")
                .unstarted(
                        new LeavingShop(shops.leaver().store(), shops.leaver().shop(), shops, gateway, observations)));
    }

    /** Mixes the bits, because java.util.Random gives similar numbers for similar seeds. */
    private static Random random(Plan plan, int client) {
        return new Random(plan.seed() ^ client * 0x9E3779B97F4A7C15L);
    }

    void start() {
        clients.forEach(Thread::start);
    }

    void stopNewTryOns() {
        state.stopNewTryOns();
    }

    /**
     * Waits up to {@code timeout} for final answers. Then it tells clients to stop retrying, and waits until all have ended.
     */
    void end(Duration timeout) throws InterruptedException {
        long deadline = System.nanoTime() + timeout.toNanos();
        for (Thread client : clients) {
            client.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        }
        state.end();
        for (Thread client : clients) {
            client.join();
        }
    }
}

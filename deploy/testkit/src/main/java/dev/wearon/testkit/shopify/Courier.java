package dev.wearon.testkit.shopify;

import dev.wearon.testkit.shopify.Deliveries.Webhook;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Brings each webhook of the shops to the subscriptions of its topic, one after another, and repeats until the app has taken it.
 * Its way says what may happen: late, in another order, several times, not at all.
 */
public final class Courier implements AutoCloseable {

    private static final int MOST_LOGGED = 1_000;

    /**
     * @param delay before the first attempt
     * @param reorder each webhook waits a random part of the delay, and does not wait for those before it
     * @param copies of each delivery, at least 1
     * @param retry the pause between two attempts; Shopify's grows, 4 hours in all
     */
    public record Way(Duration delay, boolean reorder, int copies, Duration retry) {

        public static final Way STRAIGHT = new Way(Duration.ZERO, false, 1, Duration.ofSeconds(1));

        public Way {
            if (delay.isNegative() || retry.isNegative() || copies < 1 || copies > 100) {
                throw new IllegalArgumentException("Not possible: " + delay + ", " + retry + ", copies " + copies);
            }
        }
    }

    /** @param status 0 without an answer, -1 for a webhook that was lost on purpose */
    public record Attempt(Webhook webhook, URI to, int attempt, int status) {}

    private final Deliveries deliveries;
    private final ExecutorService inOrder =
            Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().factory());
    private final ExecutorService free = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger underWay = new AtomicInteger();
    private final AtomicInteger toLose = new AtomicInteger();
    private final Deque<Attempt> log = new ArrayDeque<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition hurried = lock.newCondition();
    /** Changes when all that waits has to go; guarded by the lock. */
    private int hurries;

    private volatile Way way = Way.STRAIGHT;

    Courier(Deliveries deliveries) {
        this.deliveries = deliveries;
    }

    public Way way() {
        return way;
    }

    public void take(Way newWay) {
        way = newWay;
    }

    /** The next so many deliveries do not arrive. */
    public void lose(int count) {
        toLose.set(count);
    }

    /** What waits, for its delay or for its next attempt, goes now. */
    public void hurry() {
        lock.lock();
        try {
            hurries++;
            hurried.signalAll();
        } finally {
            lock.unlock();
        }
    }

    public int toLose() {
        return toLose.get();
    }

    /** Deliveries that wait, are being sent, or are repeated. */
    public int underWay() {
        return underWay.get();
    }

    public List<Attempt> log() {
        synchronized (log) {
            return List.copyOf(log);
        }
    }

    public void send(Shop shop, List<Webhook> webhooks) {
        for (Webhook webhook : webhooks) {
            Webhook delivery = webhook;
            for (Shop.Subscription subscription : shop.subscriptions()) {
                if (subscription.topic().equals(webhook.topic())) {
                    send(delivery, subscription.uri());
                    delivery = webhook.again();
                }
            }
        }
    }

    private void send(Webhook delivery, URI to) {
        if (toLose.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            note(new Attempt(delivery, to, 1, -1));
            return;
        }
        Way current = way;
        for (int copy = 0; copy < current.copies(); copy++) {
            if (current.reorder()) {
                long millis = current.delay().toMillis();
                after(Duration.ofMillis(ThreadLocalRandom.current().nextLong(millis + 1)), free, delivery, to, 1);
            } else {
                after(current.delay(), inOrder, delivery, to, 1);
            }
        }
    }

    /** The first attempts wait for each other; an attempt that is repeated holds nobody up. */
    private void after(Duration pause, Executor executor, Webhook delivery, URI to, int attempt) {
        long due = System.nanoTime() + pause.toNanos();
        int now = hurries();
        underWay.incrementAndGet();
        CompletableFuture.runAsync(
                        () -> {
                            waitUntil(due, now);
                            attempt(delivery, to, attempt);
                        },
                        executor)
                .whenComplete((done, failed) -> {
                    underWay.decrementAndGet();
                    if (failed != null) {
                        failed.printStackTrace();
                    }
                });
    }

    private int hurries() {
        lock.lock();
        try {
            return hurries;
        } finally {
            lock.unlock();
        }
    }

    private void waitUntil(long due, int hurriesBefore) {
        lock.lock();
        try {
            long left = due - System.nanoTime();
            while (left > 0 && hurries == hurriesBefore) {
                left = hurried.awaitNanos(left);
            }
        } catch (InterruptedException closed) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("The courier ends", closed);
        } finally {
            lock.unlock();
        }
    }

    private void attempt(Webhook delivery, URI to, int attempt) {
        int status = deliveries.send(to, delivery);
        note(new Attempt(delivery, to, attempt, status));
        if (status / 100 != 2 && attempt < Deliveries.ATTEMPTS) {
            after(way.retry(), free, delivery, to, attempt + 1);
        }
    }

    private void note(Attempt attempt) {
        synchronized (log) {
            if (log.size() == MOST_LOGGED) {
                log.removeFirst();
            }
            log.add(attempt);
        }
    }

    @Override
    public void close() {
        inOrder.shutdownNow();
        free.shutdownNow();
    }
}

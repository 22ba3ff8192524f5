package dev.wearon.credits.ledger;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Commits requests in groups: one transaction serves many of them, as the group commit of a database does.
 *
 * <p>An idle service commits a request at once and alone. Under load, requests wait until the running commit ends; the
 * next commit takes up to {@code batchSize} of them. Requests of one wallet keep their order of arrival, and at most one
 * commit of a wallet runs at a time. So a busy wallet costs one transaction for many requests, and this process never
 * competes with itself for the lock of a wallet's row. After {@code overlapAfter} another commit may start beside a slow
 * one, for requests of other wallets.
 *
 * <p>A batch that fails is repeated request by request, so that one bad request cannot fail the others. This is safe
 * because every request has an idempotency key. A request that was not sent before its deadline fails and is never sent.
 * A batch that was sent is awaited until the latest deadline of its requests.
 *
 * @param <Q> a request
 * @param <A> its answer
 */
public final class GroupCommit<Q, A> {

    private static final Logger LOG = Logger.getLogger(GroupCommit.class);

    /** Runs requests in transactions. A failure of either method means that the outcome is unknown. */
    public interface Transactions<Q, A> {

        /** Runs one request in a transaction of its own, without a lock timeout. */
        Uni<A> single(Q request);

        /**
         * Runs all requests in one transaction that gives up early when it has to wait for a lock.
         *
         * @param requests at least one
         * @return as many answers, in the same order
         */
        Uni<List<A>> batch(List<Q> requests);
    }

    /**
     * @param batchSize the most requests in one commit
     * @param maxInFlight the most commits that run at the same time
     * @param overlapAfter the age of the last commit at which another one starts beside it
     * @param maxWaiting the most requests that wait; the next one is refused with {@link LedgerBusy}
     * @param timeout the time limit of a request, from its arrival to its answer
     */
    public record Limits(int batchSize, int maxInFlight, Duration overlapAfter, int maxWaiting, Duration timeout) {}

    private final Transactions<Q, A> transactions;
    private final Function<Q, Object> walletOf;
    private final Limits limits;

    // The lock of this object guards these fields. Code that holds the lock never blocks.
    private final Map<Object, WalletQueue> queues = new HashMap<>();
    private final Queue<WalletQueue> ready = new ArrayDeque<>();
    private int inFlight;
    private long lastStart;
    private int waiting;

    /** @param walletOf the wallet of a request; two requests of one wallet are never committed at the same time */
    public GroupCommit(Transactions<Q, A> transactions, Function<Q, Object> walletOf, Limits limits) {
        this.transactions = transactions;
        this.walletOf = walletOf;
        this.limits = limits;
    }

    /** The waiting requests of one wallet. {@code queues} has it while one of them waits or is committed. */
    private final class WalletQueue {
        final Object wallet;
        final Queue<Pending> requests = new ArrayDeque<>();
        boolean committing;

        WalletQueue(Object wallet) {
            this.wallet = wallet;
        }
    }

    private final class Pending {
        final Q request;
        final UniEmitter<? super A> answer;
        final long deadline = System.nanoTime() + limits.timeout().toNanos();

        Pending(Q request, UniEmitter<? super A> answer) {
            this.request = request;
            this.answer = answer;
        }

        Duration timeLeft() {
            return Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
        }

        boolean expired() {
            return deadline - System.nanoTime() <= 0;
        }
    }

    /** The requests of one wallet in a batch. */
    private record WalletBatch<W, P>(W queue, List<P> requests) {}

    private record Selection<W, P>(List<WalletBatch<W, P>> batch, List<P> expired) {}

    /** Fails with {@link LedgerBusy} if the request was not tried. Any other failure means an unknown outcome. */
    public Uni<A> submit(Q request) {
        return Uni.createFrom().emitter(answer -> {
            if (enqueue(new Pending(request, answer))) {
                commitReady();
            } else {
                answer.fail(new LedgerBusy(limits.maxWaiting()));
            }
        });
    }

    private synchronized boolean enqueue(Pending arrived) {
        if (waiting == limits.maxWaiting()) {
            return false;
        }
        waiting++;
        WalletQueue queue = queues.computeIfAbsent(walletOf.apply(arrived.request), WalletQueue::new);
        queue.requests.add(arrived);
        if (!queue.committing && queue.requests.size() == 1) {
            ready.add(queue);
        }
        return true;
    }

    private void commitReady() {
        Selection<WalletQueue, Pending> next = select();
        next.expired().forEach(GroupCommit::failExpired);
        if (!next.batch().isEmpty()) {
            Uni.createFrom()
                    .voidItem()
                    .onItem()
                    .delayIt()
                    .by(limits.overlapAfter())
                    .subscribe()
                    .with(overlap -> commitReady());
            commit(next.batch());
        }
    }

    /** Leaves out expired requests: after a stall, sending them would make the requests behind them expire as well. */
    private synchronized Selection<WalletQueue, Pending> select() {
        List<WalletBatch<WalletQueue, Pending>> batch = new ArrayList<>();
        List<Pending> expired = new ArrayList<>();
        boolean mayStart = inFlight == 0
                || inFlight < limits.maxInFlight()
                        && System.nanoTime() - lastStart
                                >= limits.overlapAfter().toNanos();
        int room = mayStart ? limits.batchSize() : 0;
        while (!ready.isEmpty() && room > 0) {
            WalletQueue queue = ready.remove();
            List<Pending> requests = new ArrayList<>();
            while (!queue.requests.isEmpty() && requests.size() < room) {
                Pending first = queue.requests.remove();
                waiting--;
                (first.expired() ? expired : requests).add(first);
            }
            if (requests.isEmpty()) {
                queues.remove(queue.wallet);
            } else {
                queue.committing = true;
                batch.add(new WalletBatch<>(queue, requests));
                room -= requests.size();
            }
        }
        if (!batch.isEmpty()) {
            inFlight++;
            lastStart = System.nanoTime();
        }
        return new Selection<>(batch, expired);
    }

    private synchronized void commitEnded() {
        inFlight--;
    }

    private synchronized void unblock(WalletQueue queue) {
        queue.committing = false;
        if (queue.requests.isEmpty()) {
            queues.remove(queue.wallet);
        } else {
            ready.add(queue);
        }
    }

    private void commit(List<WalletBatch<WalletQueue, Pending>> batch) {
        List<Pending> requests =
                batch.stream().flatMap(part -> part.requests().stream()).toList();
        Duration longestTimeLeft = requests.stream()
                .map(Pending::timeLeft)
                .max(Duration::compareTo)
                .orElseThrow();
        Uni.createFrom()
                .deferred(() -> transactions.batch(
                        requests.stream().map(pending -> pending.request).toList()))
                .ifNoItem()
                .after(longestTimeLeft)
                .fail()
                .subscribe()
                .with(
                        answers -> {
                            commitEnded();
                            batch.forEach(part -> unblock(part.queue()));
                            // Starts the next commit before it answers, so that the database is not idle meanwhile.
                            commitReady();
                            for (int i = 0; i < requests.size(); i++) {
                                requests.get(i).answer.complete(answers.get(i));
                            }
                        },
                        failure -> {
                            commitEnded();
                            LOG.warnf(
                                    "A batch of %d requests failed and is repeated request by request: %s",
                                    requests.size(), failure);
                            batch.forEach(this::commitOneByOne);
                            commitReady();
                        });
    }

    /** Repeats the requests of one wallet. Later requests of this wallet wait; other wallets do not. */
    private void commitOneByOne(WalletBatch<WalletQueue, Pending> part) {
        Multi.createFrom()
                .iterable(part.requests())
                .onItem()
                .transformToUniAndConcatenate(this::commitSingle)
                .onTermination()
                .invoke(() -> {
                    unblock(part.queue());
                    commitReady();
                })
                .subscribe()
                .with(done -> {}, failure -> LOG.error("A request ended without an answer", failure));
    }

    /** Commits a request on its own. A failure becomes the answer of the request, so the Uni never fails. */
    private Uni<Void> commitSingle(Pending pending) {
        if (pending.expired()) {
            failExpired(pending);
            return Uni.createFrom().voidItem();
        }
        return Uni.createFrom()
                .deferred(() -> transactions.single(pending.request))
                .ifNoItem()
                .after(pending.timeLeft())
                .fail()
                .onItemOrFailure()
                .invoke((answer, failure) -> {
                    if (failure == null) {
                        pending.answer.complete(answer);
                    } else {
                        pending.answer.fail(failure);
                    }
                })
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }

    private static void failExpired(GroupCommit<?, ?>.Pending pending) {
        pending.answer.fail(new TimeoutException("The request waited too long and was not sent to the ledger"));
    }
}

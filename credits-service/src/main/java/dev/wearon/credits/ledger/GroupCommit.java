package dev.wearon.credits.ledger;

import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Lets requests that arrive while others are being committed travel together in the next commit.
 *
 * <p>At rest a request is committed at once and alone. Under load those of one wallet wait for the commit that has it in
 * its hands, then go together, in order of arrival, with those of other wallets; so a hot wallet costs one commit and one
 * round trip for many requests, and its row is never fought over by this process. The idea is the group commit of
 * databases, one level up.
 *
 * <p>A batch that fails as a whole is repeated one by one, so one bad request cannot fail its neighbours; this is safe
 * because every request carries an id that is decided once. Every request is answered or fails within its patience.
 *
 * @param <Q> a request
 * @param <A> its answer
 */
public final class GroupCommit<Q, A> {

    private static final Logger LOG = Logger.getLogger(GroupCommit.class);

    /** How requests are committed; a failure of either says that the outcome is unknown. */
    public interface Commits<Q, A> {

        /** One request in a transaction of its own. */
        Uni<A> alone(Q request);

        /** Many in one transaction, with as many answers in the same order. */
        Uni<List<A>> together(List<Q> requests);
    }

    /**
     * @param batchSize most requests in one commit
     * @param inFlight most commits at a time
     * @param waiting most requests that wait; one more is refused with {@link LedgerBusy}
     * @param patience how long a request takes altogether
     */
    public record Limits(int batchSize, int inFlight, int waiting, Duration patience) {}

    private final Commits<Q, A> commits;
    private final Function<Q, Object> walletOf;
    private final Limits limits;

    // What follows is guarded by this object's lock, which is never held while anything is waited for.
    private final Map<Object, Lane> lanes = new HashMap<>();
    private final Queue<Lane> ready = new ArrayDeque<>();
    private int inFlight;
    private int waiting;

    /** @param walletOf what two requests have in common that must not be committed at the same time */
    public GroupCommit(Commits<Q, A> commits, Function<Q, Object> walletOf, Limits limits) {
        this.commits = commits;
        this.walletOf = walletOf;
        this.limits = limits;
    }

    /** Requests of one wallet. A lane is in {@code lanes} while any of its requests waits or is being committed. */
    private final class Lane {
        final Object wallet;
        final Queue<Waiting> requests = new ArrayDeque<>();
        boolean busy;

        Lane(Object wallet) {
            this.wallet = wallet;
        }
    }

    private final class Waiting {
        final Q request;
        final UniEmitter<? super A> answer;
        final long deadline = System.nanoTime() + limits.patience().toNanos();

        Waiting(Q request, UniEmitter<? super A> answer) {
            this.request = request;
            this.answer = answer;
        }

        Duration left() {
            return Duration.ofNanos(deadline - System.nanoTime());
        }

        boolean expired() {
            return !left().isPositive();
        }
    }

    private record Batch<L, W>(List<L> lanes, List<W> requests) {}

    /** @return fails with {@link LedgerBusy} when it was not even tried, else a failure says that the outcome is unknown */
    public Uni<A> submit(Q request) {
        return Uni.createFrom().emitter(answer -> {
            if (accepted(new Waiting(request, answer))) {
                commitWhatIsReady();
            } else {
                answer.fail(new LedgerBusy(limits.waiting()));
            }
        });
    }

    private synchronized boolean accepted(Waiting arrived) {
        if (waiting == limits.waiting()) {
            return false;
        }
        waiting++;
        Lane lane = lanes.computeIfAbsent(walletOf.apply(arrived.request), Lane::new);
        lane.requests.add(arrived);
        if (!lane.busy && lane.requests.size() == 1) {
            ready.add(lane);
        }
        return true;
    }

    private void commitWhatIsReady() {
        for (Batch<Lane, Waiting> batch = nextBatch(); batch != null; batch = nextBatch()) {
            List<Lane> taken = batch.lanes();
            commit(batch.requests())
                    .onTermination()
                    .invoke(() -> {
                        free(taken);
                        commitWhatIsReady();
                    })
                    .subscribe()
                    .with(done -> {}, fault -> LOG.error("A commit ended without answering", fault));
        }
    }

    private synchronized Batch<Lane, Waiting> nextBatch() {
        if (inFlight == limits.inFlight() || ready.isEmpty()) {
            return null;
        }
        inFlight++;
        List<Lane> taken = new ArrayList<>();
        List<Waiting> requests = new ArrayList<>();
        while (!ready.isEmpty() && requests.size() < limits.batchSize()) {
            Lane lane = ready.remove();
            lane.busy = true;
            taken.add(lane);
            while (!lane.requests.isEmpty() && requests.size() < limits.batchSize()) {
                requests.add(lane.requests.remove());
            }
        }
        waiting -= requests.size();
        return new Batch<>(taken, requests);
    }

    private synchronized void free(List<Lane> taken) {
        inFlight--;
        for (Lane lane : taken) {
            lane.busy = false;
            if (lane.requests.isEmpty()) {
                lanes.remove(lane.wallet);
            } else {
                ready.add(lane);
            }
        }
    }

    /** Never fails: whatever happens is told to those who asked. */
    private Uni<Void> commit(List<Waiting> batch) {
        if (batch.size() == 1) {
            return commitAlone(batch.getFirst());
        }
        Duration left = batch.getFirst().left();
        return commits.together(batch.stream().map(waiting -> waiting.request).toList())
                .ifNoItem()
                .after(left.isPositive() ? left : Duration.ofMillis(1))
                .fail()
                .invoke(answers -> {
                    for (int place = 0; place < batch.size(); place++) {
                        batch.get(place).answer.complete(answers.get(place));
                    }
                })
                .replaceWithVoid()
                .onFailure()
                .recoverWithUni(fault -> {
                    LOG.warnf("A batch of %d failed and is repeated one by one: %s", batch.size(), fault);
                    return oneByOne(batch);
                });
    }

    /** Wallets side by side, so that a stuck one holds up nobody else; within a wallet in order of arrival. */
    private Uni<Void> oneByOne(List<Waiting> batch) {
        Collection<List<Waiting>> byWallet = batch.stream()
                .collect(Collectors.groupingBy(
                        waiting -> walletOf.apply(waiting.request), LinkedHashMap::new, Collectors.toList()))
                .values();
        return Multi.createFrom()
                .iterable(byWallet)
                .onItem()
                .transformToUniAndMerge(ofOneWallet -> Multi.createFrom()
                        .iterable(ofOneWallet)
                        .onItem()
                        .transformToUniAndConcatenate(this::commitAlone)
                        .collect()
                        .last())
                .collect()
                .last()
                .replaceWithVoid();
    }

    private Uni<Void> commitAlone(Waiting waiting) {
        if (waiting.expired()) {
            waiting.answer.fail(new TimeoutException("The ledger had no time for this request"));
            return Uni.createFrom().voidItem();
        }
        return commits.alone(waiting.request)
                .ifNoItem()
                .after(waiting.left())
                .fail()
                .onItemOrFailure()
                .invoke((answer, fault) -> {
                    if (fault == null) {
                        waiting.answer.complete(answer);
                    } else {
                        waiting.answer.fail(fault);
                    }
                })
                .onFailure()
                .recoverWithNull()
                .replaceWithVoid();
    }
}

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
 * Lets requests that arrive while others are being committed travel together in the next commit.
 *
 * <p>At rest a request is committed at once and alone. Under load requests wait for the commit that is under way, then go
 * together, in order of arrival within a wallet; so a hot wallet costs one commit and one round trip for many requests,
 * and its row is never fought over by this process. A commit that takes unusually long is not waited for any more, except
 * by requests of the wallets that it holds. The idea is the group commit of databases, one level up.
 *
 * <p>What fails together is repeated one by one, so one bad request cannot fail its neighbours; this is safe because every
 * request carries an id that is decided once. A request that could not be sent within its patience fails and is not sent
 * any more; one that was sent is waited for as long as the youngest request of its commit has patience.
 *
 * @param <Q> a request
 * @param <A> its answer
 */
public final class GroupCommit<Q, A> {

    private static final Logger LOG = Logger.getLogger(GroupCommit.class);

    /** How requests are committed; a failure of either says that the outcome is unknown. */
    public interface Commits<Q, A> {

        /** One request in a transaction of its own, for as long as it takes. */
        Uni<A> alone(Q request);

        /** All of them, one at least, in one transaction that gives up early; as many answers in the same order. */
        Uni<List<A>> together(List<Q> requests);
    }

    /**
     * @param batchSize most requests in one commit
     * @param inFlight most commits at a time
     * @param overlapAfter how long the last commit must have taken before another one starts beside it
     * @param waiting most requests that wait; one more is refused with {@link LedgerBusy}
     * @param patience how long a request may wait and be worked on altogether
     */
    public record Limits(int batchSize, int inFlight, Duration overlapAfter, int waiting, Duration patience) {}

    private final Commits<Q, A> commits;
    private final Function<Q, Object> walletOf;
    private final Limits limits;

    // What follows is guarded by this object's lock, which is never held while anything is waited for.
    private final Map<Object, Lane> lanes = new HashMap<>();
    private final Queue<Lane> ready = new ArrayDeque<>();
    private int inFlight;
    private long lastStart;
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
            return Duration.ofNanos(Math.max(1, deadline - System.nanoTime()));
        }

        boolean expired() {
            return deadline - System.nanoTime() <= 0;
        }
    }

    /** What a lane has in a commit. */
    private record Share<L, W>(L lane, List<W> requests) {}

    private record Next<L, W>(List<Share<L, W>> batch, List<W> tooLate) {}

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
        Next<Lane, Waiting> next = next();
        next.tooLate().forEach(GroupCommit::failAsTooLate);
        if (!next.batch().isEmpty()) {
            Uni.createFrom()
                    .voidItem()
                    .onItem()
                    .delayIt()
                    .by(limits.overlapAfter())
                    .subscribe()
                    .with(late -> commitWhatIsReady());
            commit(next.batch());
        }
    }

    /** What has waited too long takes no room: after a stall, sending it would make everything behind it late as well. */
    private synchronized Next<Lane, Waiting> next() {
        List<Share<Lane, Waiting>> batch = new ArrayList<>();
        List<Waiting> tooLate = new ArrayList<>();
        boolean mayStart = inFlight == 0
                || inFlight < limits.inFlight()
                        && System.nanoTime() - lastStart
                                >= limits.overlapAfter().toNanos();
        int room = mayStart ? limits.batchSize() : 0;
        while (!ready.isEmpty() && room > 0) {
            Lane lane = ready.remove();
            List<Waiting> requests = new ArrayList<>();
            while (!lane.requests.isEmpty() && requests.size() < room) {
                Waiting first = lane.requests.remove();
                waiting--;
                (first.expired() ? tooLate : requests).add(first);
            }
            if (requests.isEmpty()) {
                lanes.remove(lane.wallet);
            } else {
                lane.busy = true;
                batch.add(new Share<>(lane, requests));
                room -= requests.size();
            }
        }
        if (!batch.isEmpty()) {
            inFlight++;
            lastStart = System.nanoTime();
        }
        return new Next<>(batch, tooLate);
    }

    private synchronized void landed() {
        inFlight--;
    }

    private synchronized void free(Lane lane) {
        lane.busy = false;
        if (lane.requests.isEmpty()) {
            lanes.remove(lane.wallet);
        } else {
            ready.add(lane);
        }
    }

    private void commit(List<Share<Lane, Waiting>> batch) {
        List<Waiting> requests =
                batch.stream().flatMap(share -> share.requests().stream()).toList();
        Duration youngestHas =
                requests.stream().map(Waiting::left).max(Duration::compareTo).orElseThrow();
        Uni.createFrom()
                .deferred(() -> commits.together(
                        requests.stream().map(waiting -> waiting.request).toList()))
                .ifNoItem()
                .after(youngestHas)
                .fail()
                .subscribe()
                .with(
                        answers -> {
                            landed();
                            batch.forEach(share -> free(share.lane()));
                            // The database gets its next work before these are told: telling takes time, too.
                            commitWhatIsReady();
                            for (int place = 0; place < requests.size(); place++) {
                                requests.get(place).answer.complete(answers.get(place));
                            }
                        },
                        fault -> {
                            landed();
                            LOG.warnf("A commit of %d failed and is repeated one by one: %s", requests.size(), fault);
                            batch.forEach(this::commitOneByOne);
                            commitWhatIsReady();
                        });
    }

    /** The lane stays busy meanwhile, so its wallet waits for itself; nobody else waits for it any more. */
    private void commitOneByOne(Share<Lane, Waiting> share) {
        Multi.createFrom()
                .iterable(share.requests())
                .onItem()
                .transformToUniAndConcatenate(this::commitAlone)
                .onTermination()
                .invoke(() -> {
                    free(share.lane());
                    commitWhatIsReady();
                })
                .subscribe()
                .with(done -> {}, fault -> LOG.error("A commit ended without an answer", fault));
    }

    /** Never fails: whatever happens is told to who asked. */
    private Uni<Void> commitAlone(Waiting waiting) {
        if (waiting.expired()) {
            failAsTooLate(waiting);
            return Uni.createFrom().voidItem();
        }
        return Uni.createFrom()
                .deferred(() -> commits.alone(waiting.request))
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

    private static void failAsTooLate(GroupCommit<?, ?>.Waiting waiting) {
        waiting.answer.fail(new TimeoutException("The ledger had no time for this request"));
    }
}

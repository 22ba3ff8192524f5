package dev.wearon.credits.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.wearon.testkit.Await;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Who travels with whom. A request is a text like {@code "a1"}: wallet a, number 1; its answer is {@code "done a1"}. */
class GroupCommitTest {

    private final Disk disk = new Disk();

    /** Commits when the test says so. */
    private static final class Disk implements GroupCommit.Commits<String, String> {

        record Commit(List<String> requests, UniEmitter<? super List<String>> outcome) {
            void succeed() {
                outcome.complete(requests.stream().map(Disk::done).toList());
            }

            void fail() {
                outcome.fail(new IllegalStateException("no answer"));
            }
        }

        final List<Commit> underWay = new CopyOnWriteArrayList<>();

        static String done(String request) {
            return "done " + request;
        }

        @Override
        public Uni<String> alone(String request) {
            return together(List.of(request)).map(List::getFirst);
        }

        @Override
        public Uni<List<String>> together(List<String> requests) {
            return Uni.createFrom().emitter(outcome -> underWay.add(new Commit(requests, outcome)));
        }

        Commit next() {
            return underWay.removeFirst();
        }

        List<List<String>> requests() {
            return underWay.stream().map(Commit::requests).toList();
        }
    }

    private static final Duration AT_ONCE = Duration.ofNanos(1);

    private GroupCommit<String, String> groupCommit(int batchSize, int inFlight, int waiting, Duration patience) {
        return groupCommit(new GroupCommit.Limits(batchSize, inFlight, AT_ONCE, waiting, patience));
    }

    private GroupCommit<String, String> groupCommit(GroupCommit.Limits limits) {
        return new GroupCommit<>(disk, request -> request.substring(0, 1), limits);
    }

    private GroupCommit<String, String> groupCommit() {
        return groupCommit(10, 2, 100, Duration.ofSeconds(30));
    }

    private static List<CompletableFuture<String>> submit(GroupCommit<String, String> commits, String... requests) {
        return List.of(requests).stream()
                .map(request -> commits.submit(request).subscribeAsCompletionStage())
                .toList();
    }

    @Test
    void commitsARequestAtRestAtOnceAndAlone() {
        var answer = submit(groupCommit(), "a1").getFirst();
        assertThat(disk.requests()).containsExactly(List.of("a1"));
        disk.next().succeed();
        assertThat(answer).isCompletedWithValue("done a1");
    }

    @Test
    void letsThoseOfOneWalletTravelTogetherInOrderOfArrival() {
        var answers = submit(groupCommit(), "a1", "a2", "a3", "a4");
        assertThat(disk.requests()).containsExactly(List.of("a1"));
        disk.next().succeed();
        assertThat(disk.requests()).containsExactly(List.of("a2", "a3", "a4"));
        disk.next().succeed();
        assertThat(answers)
                .extracting(CompletableFuture::join)
                .containsExactly("done a1", "done a2", "done a3", "done a4");
    }

    @Test
    void commitsNoWalletTwiceAtATime() {
        submit(groupCommit(10, 5, 100, Duration.ofSeconds(30)), "a1", "a2", "b1", "b2");
        assertThat(disk.requests()).containsExactly(List.of("a1"), List.of("b1"));
        disk.underWay.remove(1).succeed();
        assertThat(disk.requests()).as("b goes on while a is held up").containsExactly(List.of("a1"), List.of("b2"));
    }

    @Test
    void takesManyWalletsIntoOneBatchWhenAllCommitsAreUnderWay() {
        submit(groupCommit(), "a1", "b1", "c1", "d1", "e1", "c2");
        assertThat(disk.requests()).containsExactly(List.of("a1"), List.of("b1"));
        disk.next().succeed();
        assertThat(disk.requests()).containsExactly(List.of("b1"), List.of("c1", "c2", "d1", "e1"));
    }

    @Test
    void letsOtherWalletsWaitForACommitThatIsUnderWay() {
        submit(
                groupCommit(new GroupCommit.Limits(10, 4, Duration.ofMinutes(1), 100, Duration.ofMinutes(5))),
                "a1",
                "b1",
                "c1");
        assertThat(disk.requests()).containsExactly(List.of("a1"));
        disk.next().succeed();
        assertThat(disk.requests()).containsExactly(List.of("b1", "c1"));
    }

    @Test
    void startsAnotherCommitBesideOneThatTakesLong() {
        submit(
                groupCommit(new GroupCommit.Limits(10, 2, Duration.ofMillis(20), 100, Duration.ofMinutes(5))),
                "a1",
                "a2",
                "b1");
        assertThat(disk.requests()).containsExactly(List.of("a1"));
        Await.until(Duration.ofSeconds(10), disk::requests, underWay -> underWay.size() == 2);
        assertThat(disk.requests()).as("no second one of wallet a").containsExactly(List.of("a1"), List.of("b1"));
    }

    @Test
    void givesTheDatabaseItsNextWorkBeforeItTellsTheAnswers() {
        GroupCommit<String, String> commits = groupCommit();
        List<List<String>> whenTold = new ArrayList<>();
        commits.submit("a1").subscribe().with(answer -> whenTold.addAll(disk.requests()));
        submit(commits, "a2");
        disk.next().succeed();
        assertThat(whenTold).containsExactly(List.of("a2"));
    }

    @Test
    void boundsABatchAndForgetsNobody() {
        var answers = submit(groupCommit(2, 1, 100, Duration.ofSeconds(30)), "a1", "a2", "a3", "a4", "b1");
        List<List<String>> batches = new ArrayList<>();
        while (!disk.underWay.isEmpty()) {
            var commit = disk.next();
            batches.add(commit.requests());
            commit.succeed();
        }
        assertThat(batches).containsExactly(List.of("a1"), List.of("b1", "a2"), List.of("a3", "a4"));
        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompleted());
    }

    @Test
    void repeatsAFailedBatchOneByOneAndOnlyTheBadRequestFails() {
        var answers = submit(groupCommit(), "a1", "a2", "a3", "a4");
        disk.next().succeed();
        disk.next().fail();
        assertThat(disk.requests()).containsExactly(List.of("a2"));
        disk.next().succeed();
        disk.next().fail();
        disk.next().succeed();
        assertThat(answers.get(1)).isCompletedWithValue("done a2");
        assertThatThrownBy(answers.get(2)::join).hasRootCauseMessage("no answer");
        assertThat(answers.get(3)).isCompletedWithValue("done a4");
    }

    @Test
    void keepsAStuckWalletFromHoldingUpTheOthersOfItsBatch() {
        var answers = submit(groupCommit(10, 1, 100, Duration.ofSeconds(30)), "x1", "a1", "a2", "b1");
        disk.next().succeed();
        disk.next().fail();
        assertThat(disk.requests()).containsExactly(List.of("a1"), List.of("b1"));
        disk.underWay.remove(1).succeed();
        assertThat(answers.get(3)).isCompletedWithValue("done b1");
        assertThat(answers.get(1)).isNotDone();
    }

    @Test
    void refusesWhatIsTooMuchWithoutTryingIt() {
        var answers = submit(groupCommit(10, 1, 2, Duration.ofSeconds(30)), "a1", "a2", "a3", "a4");
        assertThatThrownBy(answers.get(3)::join).hasCauseInstanceOf(LedgerBusy.class);
        disk.next().succeed();
        assertThat(disk.next().requests()).containsExactly("a2", "a3");
    }

    @Test
    void answersWithinItsPatienceAlsoWhenNothingComesBack() {
        var answers = submit(groupCommit(10, 1, 100, Duration.ofMillis(150)), "a1", "a2", "a3");
        assertThat(answers).allSatisfy(answer -> assertThatThrownBy(
                        () -> answer.orTimeout(10, TimeUnit.SECONDS).join())
                .isInstanceOf(CompletionException.class));
    }

    @Test
    void comesBackFromAStall() {
        var commits = groupCommit(2, 1, 100, Duration.ofMillis(300));
        long start = System.nanoTime();
        var old = submit(commits, "a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8");
        Await.until(Duration.ofSeconds(10), () -> System.nanoTime() - start, nanos -> nanos > 200_000_000);
        var young = submit(commits, "a9");
        // The database answers nothing. What came with the first one is too late then; the young one has its turn at
        // once.
        Await.until(Duration.ofSeconds(10), disk::requests, underWay -> underWay.contains(List.of("a9")));
        assertThat(disk.requests()).as("nobody tries the others in vain").doesNotContain(List.of("a7", "a8"));
        disk.underWay.getLast().succeed();
        assertThat(young.getFirst()).isCompletedWithValue("done a9");
        assertThat(old).allSatisfy(answer -> assertThat(answer).isCompletedExceptionally());
    }

    @Test
    void waitsForACommitAsLongAsItsYoungestRequestHasPatience() {
        var commits = groupCommit(10, 1, 100, Duration.ofSeconds(2));
        long start = System.nanoTime();
        submit(commits, "a1");
        var old = submit(commits, "a2");
        Await.until(Duration.ofSeconds(10), () -> System.nanoTime() - start, nanos -> nanos > 1_200_000_000L);
        var young = submit(commits, "a3");
        disk.next().succeed();
        Await.until(Duration.ofSeconds(10), () -> System.nanoTime() - start, nanos -> nanos > 2_300_000_000L);
        assertThat(disk.requests()).containsExactly(List.of("a2", "a3"));
        disk.next().succeed();
        assertThat(young.getFirst()).isCompletedWithValue("done a3");
        assertThat(old.getFirst()).isCompletedWithValue("done a2");
    }

    @Test
    void answersAlsoWhenACommitCannotEvenBeAskedFor() {
        GroupCommit<String, String> commits = new GroupCommit<>(
                new GroupCommit.Commits<>() {
                    @Override
                    public Uni<String> alone(String request) {
                        throw new IllegalStateException("no pool");
                    }

                    @Override
                    public Uni<List<String>> together(List<String> requests) {
                        throw new IllegalStateException("no pool");
                    }
                },
                request -> request,
                new GroupCommit.Limits(10, 1, AT_ONCE, 100, Duration.ofSeconds(30)));
        assertThat(submit(commits, "a", "b", "a"))
                .allSatisfy(answer -> assertThatThrownBy(answer::join).hasRootCauseMessage("no pool"));
    }

    @Test
    void losesNothingWhenManyThreadsSubmitAtOnce() {
        AtomicInteger committed = new AtomicInteger();
        GroupCommit<String, String> commits = new GroupCommit<>(
                new GroupCommit.Commits<>() {
                    @Override
                    public Uni<String> alone(String request) {
                        return together(List.of(request)).map(List::getFirst);
                    }

                    @Override
                    public Uni<List<String>> together(List<String> requests) {
                        committed.addAndGet(requests.size());
                        return Uni.createFrom()
                                .item(requests.stream().map(Disk::done).toList())
                                .onItem()
                                .delayIt()
                                .by(Duration.ofMillis(1));
                    }
                },
                request -> request.substring(0, 1),
                new GroupCommit.Limits(16, 2, Duration.ofMillis(1), 100_000, Duration.ofSeconds(30)));
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            var answers = IntStream.range(0, 4_000)
                    .mapToObj(number -> (char) ('a' + number % 7) + Integer.toString(number))
                    .map(request -> CompletableFuture.supplyAsync(
                                    () -> commits.submit(request).subscribeAsCompletionStage(), threads)
                            .thenCompose(answer -> answer)
                            .thenApply(answer -> answer.equals(Disk.done(request))))
                    .toList();
            assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isTrue());
        }
        assertThat(committed).hasValue(4_000);
    }
}

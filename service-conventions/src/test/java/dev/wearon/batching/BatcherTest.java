package dev.wearon.batching;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A request is a text like {@code "a1"}: wallet a, number 1. Its answer is {@code "done a1"}. */
class BatcherTest {

    private final ManualDatabase database = new ManualDatabase();

    /** Ends a commit when the test calls {@code succeed} or {@code fail}. */
    private static final class ManualDatabase implements Batcher.Work<String, String> {

        record Commit(List<String> requests, UniEmitter<? super List<String>> outcome) {
            void succeed() {
                outcome.complete(requests.stream().map(ManualDatabase::done).toList());
            }

            void fail() {
                outcome.fail(new IllegalStateException("no answer"));
            }
        }

        final List<Commit> running = new CopyOnWriteArrayList<>();

        static String done(String request) {
            return "done " + request;
        }

        @Override
        public Uni<String> single(String request) {
            return batch(List.of(request)).map(List::getFirst);
        }

        @Override
        public Uni<List<String>> batch(List<String> requests) {
            return Uni.createFrom().emitter(outcome -> running.add(new Commit(requests, outcome)));
        }

        Commit next() {
            return running.removeFirst();
        }

        List<List<String>> requests() {
            return running.stream().map(Commit::requests).toList();
        }
    }

    private static final Duration NO_DELAY = Duration.ofNanos(1);

    private Batcher<String, String> batcher(int batchSize, int maxInFlight, int maxWaiting, Duration timeout) {
        return batcher(new Batcher.Limits(batchSize, maxInFlight, NO_DELAY, maxWaiting, timeout));
    }

    private Batcher<String, String> batcher(Batcher.Limits limits) {
        return new Batcher<>(database, request -> request.substring(0, 1), limits);
    }

    private Batcher<String, String> batcher() {
        return batcher(10, 2, 100, Duration.ofSeconds(30));
    }

    private static List<CompletableFuture<String>> submit(Batcher<String, String> commits, String... requests) {
        return List.of(requests).stream()
                .map(request -> commits.submit(request).subscribeAsCompletionStage())
                .toList();
    }

    private static void until(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(10));
            Thread.onSpinWait();
        }
    }

    @Test
    void commitsASingleRequestAtOnceWhenIdle() {
        var answer = submit(batcher(), "a1").getFirst();
        assertThat(database.requests()).containsExactly(List.of("a1"));
        database.next().succeed();
        assertThat(answer).isCompletedWithValue("done a1");
    }

    @Test
    void batchesRequestsOfOneWalletInOrderOfArrival() {
        var answers = submit(batcher(), "a1", "a2", "a3", "a4");
        assertThat(database.requests()).containsExactly(List.of("a1"));
        database.next().succeed();
        assertThat(database.requests()).containsExactly(List.of("a2", "a3", "a4"));
        database.next().succeed();
        assertThat(answers)
                .extracting(CompletableFuture::join)
                .containsExactly("done a1", "done a2", "done a3", "done a4");
    }

    @Test
    void runsOneCommitOfAWalletAtATime() {
        submit(batcher(10, 5, 100, Duration.ofSeconds(30)), "a1", "a2", "b1", "b2");
        assertThat(database.requests()).containsExactly(List.of("a1"), List.of("b1"));
        database.running.remove(1).succeed();
        assertThat(database.requests())
                .as("the next commit of b starts while a is blocked")
                .containsExactly(List.of("a1"), List.of("b2"));
    }

    @Test
    void batchesManyWalletsAtTheLimitOfConcurrentCommits() {
        submit(batcher(), "a1", "b1", "c1", "d1", "e1", "c2");
        assertThat(database.requests()).containsExactly(List.of("a1"), List.of("b1"));
        database.next().succeed();
        assertThat(database.requests()).containsExactly(List.of("b1"), List.of("c1", "c2", "d1", "e1"));
    }

    @Test
    void startsNoSecondCommitBesideAYoungOne() {
        submit(batcher(new Batcher.Limits(10, 4, Duration.ofMinutes(1), 100, Duration.ofMinutes(5))), "a1", "b1", "c1");
        assertThat(database.requests()).containsExactly(List.of("a1"));
        database.next().succeed();
        assertThat(database.requests()).containsExactly(List.of("b1", "c1"));
    }

    @Test
    void startsAnotherCommitBesideASlowOne() {
        submit(batcher(new Batcher.Limits(10, 2, Duration.ofMillis(20), 100, Duration.ofMinutes(5))), "a1", "a2", "b1");
        assertThat(database.requests()).containsExactly(List.of("a1"));
        until(() -> database.requests().size() == 2);
        assertThat(database.requests())
                .as("no second commit of wallet a")
                .containsExactly(List.of("a1"), List.of("b1"));
    }

    @Test
    void startsTheNextCommitBeforeItAnswers() {
        Batcher<String, String> commits = batcher();
        List<List<String>> runningAtAnswer = new ArrayList<>();
        commits.submit("a1").subscribe().with(answer -> runningAtAnswer.addAll(database.requests()));
        submit(commits, "a2");
        database.next().succeed();
        assertThat(runningAtAnswer).containsExactly(List.of("a2"));
    }

    @Test
    void limitsTheBatchSizeAndAnswersEveryRequest() {
        var answers = submit(batcher(2, 1, 100, Duration.ofSeconds(30)), "a1", "a2", "a3", "a4", "b1");
        List<List<String>> batches = new ArrayList<>();
        while (!database.running.isEmpty()) {
            var commit = database.next();
            batches.add(commit.requests());
            commit.succeed();
        }
        assertThat(batches).containsExactly(List.of("a1"), List.of("b1", "a2"), List.of("a3", "a4"));
        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompleted());
    }

    @Test
    void repeatsAFailedBatchRequestByRequestAndFailsOnlyTheBadOne() {
        var answers = submit(batcher(), "a1", "a2", "a3", "a4");
        database.next().succeed();
        database.next().fail();
        assertThat(database.requests()).containsExactly(List.of("a2"));
        database.next().succeed();
        database.next().fail();
        database.next().succeed();
        assertThat(answers.get(1)).isCompletedWithValue("done a2");
        assertThatThrownBy(answers.get(2)::join).hasRootCauseMessage("no answer");
        assertThat(answers.get(3)).isCompletedWithValue("done a4");
    }

    @Test
    void doesNotDelayABatchByOneBlockedWallet() {
        var answers = submit(batcher(10, 1, 100, Duration.ofSeconds(30)), "x1", "a1", "a2", "b1");
        database.next().succeed();
        database.next().fail();
        assertThat(database.requests()).containsExactly(List.of("a1"), List.of("b1"));
        database.running.remove(1).succeed();
        assertThat(answers.get(3)).isCompletedWithValue("done b1");
        assertThat(answers.get(1)).isNotDone();
    }

    @Test
    void refusesARequestAboveTheLimitWithoutTryingIt() {
        var answers = submit(batcher(10, 1, 2, Duration.ofSeconds(30)), "a1", "a2", "a3", "a4");
        assertThatThrownBy(answers.get(3)::join).hasCauseInstanceOf(Batcher.Full.class);
        database.next().succeed();
        assertThat(database.next().requests()).containsExactly("a2", "a3");
    }

    @Test
    void failsAfterItsTimeoutWhenTheDatabaseDoesNotAnswer() {
        var answers = submit(batcher(10, 1, 100, Duration.ofMillis(150)), "a1", "a2", "a3");
        assertThat(answers).allSatisfy(answer -> assertThatThrownBy(
                        () -> answer.orTimeout(10, TimeUnit.SECONDS).join())
                .isInstanceOf(CompletionException.class));
    }

    @Test
    void skipsExpiredRequestsAfterAStall() {
        AtomicLong clock = new AtomicLong();
        Batcher<String, String> batcher = new Batcher<>(
                database,
                request -> request.substring(0, 1),
                new Batcher.Limits(2, 1, NO_DELAY, 100, Duration.ofHours(1)),
                clock::get);
        var old = submit(batcher, "a1", "a2", "a3", "a4", "a5");
        clock.addAndGet(Duration.ofHours(1).toNanos());
        var young = submit(batcher, "a6");
        database.next().succeed();
        assertThat(database.requests()).as("expired requests are not sent").containsExactly(List.of("a6"));
        database.next().succeed();
        assertThat(young.getFirst()).isCompletedWithValue("done a6");
        assertThat(old.getFirst()).as("it was sent in time").isCompletedWithValue("done a1");
        assertThat(old.subList(1, old.size()))
                .allSatisfy(answer -> assertThat(answer).isCompletedExceptionally());
    }

    @Test
    void awaitsABatchUntilTheLatestDeadlineOfItsRequests() {
        AtomicLong clock = new AtomicLong();
        Duration timeout = Duration.ofSeconds(20);
        Batcher<String, String> commits = new Batcher<>(
                database,
                request -> request.substring(0, 1),
                new Batcher.Limits(10, 1, NO_DELAY, 100, timeout),
                clock::get);
        submit(commits, "a1");
        var old = submit(commits, "a2");
        clock.addAndGet(timeout.minusMillis(300).toNanos());
        var young = submit(commits, "a3");
        database.next().succeed();
        long start = System.nanoTime();
        until(() -> System.nanoTime() - start > 900_000_000L);
        assertThat(database.requests()).containsExactly(List.of("a2", "a3"));
        database.next().succeed();
        assertThat(young.getFirst()).isCompletedWithValue("done a3");
        assertThat(old.getFirst()).isCompletedWithValue("done a2");
    }

    @Test
    void failsTheRequestsWhenStartingATransactionThrows() {
        Batcher<String, String> commits = new Batcher<>(
                new Batcher.Work<>() {
                    @Override
                    public Uni<String> single(String request) {
                        throw new IllegalStateException("no pool");
                    }

                    @Override
                    public Uni<List<String>> batch(List<String> requests) {
                        throw new IllegalStateException("no pool");
                    }
                },
                request -> request,
                new Batcher.Limits(10, 1, NO_DELAY, 100, Duration.ofSeconds(30)));
        assertThat(submit(commits, "a", "b", "a"))
                .allSatisfy(answer -> assertThatThrownBy(answer::join).hasRootCauseMessage("no pool"));
    }

    @Test
    void losesNoRequestWhenManyThreadsSubmit() {
        AtomicInteger committed = new AtomicInteger();
        Batcher<String, String> commits = new Batcher<>(
                new Batcher.Work<>() {
                    @Override
                    public Uni<String> single(String request) {
                        return batch(List.of(request)).map(List::getFirst);
                    }

                    @Override
                    public Uni<List<String>> batch(List<String> requests) {
                        committed.addAndGet(requests.size());
                        return Uni.createFrom()
                                .item(requests.stream()
                                        .map(ManualDatabase::done)
                                        .toList())
                                .onItem()
                                .delayIt()
                                .by(Duration.ofMillis(1));
                    }
                },
                request -> request.substring(0, 1),
                new Batcher.Limits(16, 2, Duration.ofMillis(1), 100_000, Duration.ofSeconds(30)));
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            var answers = IntStream.range(0, 4_000)
                    .mapToObj(number -> (char) ('a' + number % 7) + Integer.toString(number))
                    .map(request -> CompletableFuture.supplyAsync(
                                    () -> commits.submit(request).subscribeAsCompletionStage(), threads)
                            .thenCompose(answer -> answer)
                            .thenApply(answer -> answer.equals(ManualDatabase.done(request))))
                    .toList();
            assertThat(answers).allSatisfy(answer -> assertThat(answer.join()).isTrue());
        }
        assertThat(committed).hasValue(4_000);
    }

    @Test
    void failsAllRequestsOfABatchThatIsNotRepeatedSingly() {
        List<List<String>> batches = new ArrayList<>();
        Batcher<String, String> batcher = new Batcher<>(
                new Batcher.Work<>() {
                    @Override
                    public Uni<String> single(String request) {
                        return batch(List.of(request)).map(List::getFirst);
                    }

                    @Override
                    public Uni<List<String>> batch(List<String> requests) {
                        batches.add(requests);
                        return Uni.createFrom().failure(new IllegalStateException("no answer"));
                    }

                    @Override
                    public boolean repeatsSingly(Throwable failure) {
                        return false;
                    }
                },
                new Batcher.Limits(10, 1, NO_DELAY, 100, Duration.ofSeconds(30)));
        assertThat(submit(batcher, "a1", "a2"))
                .allSatisfy(answer -> assertThatThrownBy(answer::join).hasRootCauseMessage("no answer"));
        assertThat(batches).containsExactly(List.of("a1"), List.of("a2"));
    }

    @Test
    void batchesTheRequestsOfOneTickWithoutWaiting() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            Batcher<String, String> batcher = batcher();
            vertx.getOrCreateContext().runOnContext(tick -> submit(batcher, "a1", "b1", "c1"));
            until(() -> !database.running.isEmpty());
            assertThat(database.requests()).containsExactly(List.of("a1", "b1", "c1"));
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    /** Vert.x numbers its timers, so two numbers say how many were set in between. */
    @Test
    void setsNoTimerForAnotherBatchWhenNobodyWaits() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            Batcher<String, String> batcher = batcher();
            Context context = vertx.getOrCreateContext();
            long before = vertx.setTimer(60_000, due -> {});
            for (int i = 0; i < 10; i++) {
                context.runOnContext(tick -> submit(batcher, "a"));
                until(() -> !database.running.isEmpty());
                database.next().succeed();
            }
            assertThat(vertx.setTimer(60_000, due -> {}) - before)
                    .as("one timer for each batch, its time limit, and the own one")
                    .isLessThanOrEqualTo(11);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    /** The duplicated context of a request has its request id, so an answer must not continue on that of another request. */
    @Test
    void answersOnTheContextOfTheSubmitter() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            Batcher<String, String> batcher = batcher();
            Context one = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
            Context other = VertxContext.createNewDuplicatedContext(one);
            Map<String, Context> answeredOn = new ConcurrentHashMap<>();
            for (var own : Map.of("a1", one, "b1", other).entrySet()) {
                own.getValue().runOnContext(tick -> batcher.submit(own.getKey())
                        .subscribe()
                        .with(answer -> answeredOn.put(own.getKey(), Vertx.currentContext())));
            }
            until(() -> !database.running.isEmpty());
            while (answeredOn.size() < 2) {
                if (!database.running.isEmpty()) {
                    database.next().succeed();
                }
            }
            assertThat(answeredOn).containsEntry("a1", one).containsEntry("b1", other);
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }
}

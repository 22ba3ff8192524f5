package dev.wearon.credits.wallets;

import static java.time.Duration.ZERO;
import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RememberedAnswersTest {

    private static final Duration LONG = Duration.ofHours(1);

    /** The clock of a JVM does not start at zero. */
    private static final long START = LONG.toNanos();

    /** The questions that the database has not answered yet. */
    private final List<UniEmitter<? super Optional<String>>> asked = new ArrayList<>();

    private final AtomicLong now = new AtomicLong(START);
    private final RememberedAnswers<String, String> answers = remembering(LONG);

    private RememberedAnswers<String, String> remembering(Duration validity) {
        return new RememberedAnswers<>(validity, now::get);
    }

    @Test
    void oneQuestionAnswersTheReadsOfTheSameTimeAndTheNextOnes() {
        var first = read("a");
        var second = read("a");
        answer(0, "1");

        assertThat(List.of(first.join(), second.join(), read("a").join())).containsOnly(Optional.of("1"));
        assertThat(asked).hasSize(1);
    }

    @Test
    void anotherKeyIsAnotherQuestion() {
        read("a");
        answer(0, "1");

        assertThat(read("b")).isNotDone();
        assertThat(asked).hasSize(2);
    }

    @Test
    void aForgottenAnswerIsNotUsed() {
        read("a");
        answer(0, "1");
        answers.forget("a");

        assertThat(read("a")).isNotDone();
    }

    @Test
    void anAnswerToAQuestionFromBeforeAChangeIsNotRemembered() {
        var early = read("a");
        answers.forget("a");
        var late = read("a");
        answer(1, "2");
        answer(0, "1");

        assertThat(early.join()).contains("1");
        assertThat(late.join()).contains("2");
        assertThat(read("a").join()).contains("2");
    }

    @Test
    void aMissingRowAndAFailureAreNotRemembered() {
        assertThat(read("a")).isNotDone();
        asked.get(0).complete(Optional.empty());
        assertThat(read("a")).isNotDone();
        asked.get(1).fail(new IllegalStateException("unreachable"));

        assertThat(read("a")).isNotDone();
        assertThat(asked).hasSize(3);
    }

    @Test
    void theAgeIsCountedFromTheQuestion() {
        read("a");
        now.set(START + LONG.toNanos() - 1);
        answer(0, "1");

        assertThat(read("a").join()).contains("1");
        now.set(START + LONG.toNanos());
        assertThat(read("a")).isNotDone();
    }

    @Test
    void nothingIsRememberedForNoTime() {
        var never = remembering(ZERO);
        never.get("a", this::ask).subscribe().asCompletionStage();
        answer(0, "1");

        assertThat(never.get("a", this::ask).subscribe().asCompletionStage()).isNotDone();
    }

    private CompletableFuture<Optional<String>> read(String key) {
        return answers.get(key, this::ask).subscribe().asCompletionStage();
    }

    private Uni<Optional<String>> ask() {
        return Uni.createFrom().emitter(asked::add);
    }

    private void answer(int question, String answer) {
        asked.get(question).complete(Optional.of(answer));
    }
}

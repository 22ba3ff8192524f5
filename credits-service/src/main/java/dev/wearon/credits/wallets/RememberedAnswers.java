package dev.wearon.credits.wallets;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Reuses answers of the database for a short time, so that something that is read often costs one query in this time.
 *
 * <p>Reads at the same time share a question: an answer is never older than one that was given before. The age of an answer is
 * counted from its question. After {@link #forget} nobody gets the answer to an earlier question, except the reads that wait for
 * it already. A missing row and a failure are not remembered.
 *
 * <p>Limit: the changes of other processes are seen when the time is over.
 *
 * @param <K> contains the owner of the row, so that nobody gets the answer of another owner
 */
final class RememberedAnswers<K, V> {

    private static final int MAX_ANSWERS = 10_000;

    private final long validity;
    private final LongSupplier nanos;
    private final Cache<K, Question<V>> questions;

    /** @param validity zero: every read asks */
    RememberedAnswers(Duration validity) {
        this(validity, System::nanoTime);
    }

    RememberedAnswers(Duration validity, LongSupplier nanos) {
        this.validity = validity.toNanos();
        this.nanos = nanos;
        this.questions = Caffeine.newBuilder()
                .maximumSize(MAX_ANSWERS)
                .expireAfterWrite(validity)
                .build();
    }

    private static final class Question<V> {

        private final long askedAt;
        private Uni<Optional<V>> shared;
        private volatile Optional<V> answer = Optional.empty();

        Question(long askedAt) {
            this.askedAt = askedAt;
        }
    }

    /**
     * Returns the answer on the caller's context.
     *
     * @param ask asks the database for the row of the key
     */
    Uni<Optional<V>> get(K key, Supplier<Uni<Optional<V>>> ask) {
        if (validity == 0) {
            return ask.get();
        }
        Question<V> question = questions.getIfPresent(key);
        if (!isFresh(question)) {
            // It is in the cache before it is sent, so that a change after this moment removes it.
            question = questions.asMap().compute(key, (same, other) -> isFresh(other) ? other : question(key, ask));
        }
        Optional<V> answer = question.answer;
        return answer.isPresent() ? Uni.createFrom().item(answer) : onCallersContext(question.shared);
    }

    private boolean isFresh(Question<V> question) {
        return question != null && nanos.getAsLong() - question.askedAt < validity;
    }

    private Question<V> question(K key, Supplier<Uni<Optional<V>>> ask) {
        Question<V> question = new Question<>(nanos.getAsLong());
        question.shared = Uni.createFrom()
                .deferred(ask::get)
                .onItemOrFailure()
                .invoke((answer, fault) -> {
                    if (fault == null && answer.isPresent()) {
                        question.answer = answer;
                    } else {
                        questions.asMap().remove(key, question);
                    }
                })
                .memoize()
                .indefinitely();
        return question;
    }

    /** A shared answer arrives on the context of the first caller. */
    private static <T> Uni<T> onCallersContext(Uni<T> shared) {
        Context own = Vertx.currentContext();
        return shared.emitOn(step -> {
            if (own == null || Vertx.currentContext() == own) {
                step.run();
            } else {
                own.runOnContext(back -> step.run());
            }
        });
    }

    /** Makes the next read ask. Call it after each change of the row, also after one whose outcome is unknown. */
    void forget(K key) {
        questions.invalidate(key);
    }
}

package dev.wearon.gateway.shopify;

import io.smallrye.mutiny.Uni;
import java.util.function.Function;

/** The result of work at Shopify. */
public sealed interface Outcome<T> {

    record Done<T>(T value) implements Outcome<T> {}

    record Failed<T>(Failure failure) implements Outcome<T> {}

    static <T> Outcome<T> failed(Failure.Reason reason, String detail) {
        return new Failed<>(Failure.of(reason, detail));
    }

    /** Goes on only if the work was done. */
    default <R> Uni<Outcome<R>> then(Function<T, Uni<Outcome<R>>> next) {
        return switch (this) {
            case Done<T>(T value) -> next.apply(value);
            case Failed<T>(Failure failure) -> Uni.createFrom().item(new Failed<>(failure));
        };
    }

    /** The same for work that is done at once. */
    default <R> Outcome<R> flatMap(Function<T, Outcome<R>> next) {
        return switch (this) {
            case Done<T>(T value) -> next.apply(value);
            case Failed<T>(Failure failure) -> new Failed<>(failure);
        };
    }

    default <R> Outcome<R> map(Function<T, R> change) {
        return flatMap(value -> new Done<>(change.apply(value)));
    }
}

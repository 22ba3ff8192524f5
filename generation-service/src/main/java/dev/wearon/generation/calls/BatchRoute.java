package dev.wearon.generation.calls;

import dev.wearon.batching.Batcher;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * Sends many requests in one call. Without an answer the whole call is sent once more, within the time limit of the batch. If it
 * is not answered again, the outcome of every request is unknown; requests are never repeated one by one, because a slow service
 * would then get many calls in place of one.
 *
 * <p>A version of the service that does not have the batch route answers 404, and has done nothing. Then the requests go to the
 * route for one request.
 *
 * @param together the call of the batch route; it returns as many answers, in the same order
 * @param alone the call of the route for one request
 * @param <Q> a request; it may be sent twice
 * @param <A> its answer
 */
public record BatchRoute<Q, A>(Function<List<Q>, Uni<List<A>>> together, Function<Q, Uni<A>> alone)
        implements Batcher.Work<Q, A> {

    private static final int MAX_SINGLES = 16;

    /** The longest wait for the first answer, as a part of the time limit of the batch. The rest is for the repeat. */
    public static Duration attempt(Duration limit) {
        return limit.multipliedBy(2).dividedBy(3);
    }

    @Override
    public Uni<List<A>> batch(List<Q> requests) {
        return Uni.createFrom()
                .deferred(() -> together.apply(requests))
                .onFailure(ServiceCalls::unanswered)
                .retry()
                .atMost(1);
    }

    @Override
    public Uni<A> single(Q request) {
        return alone.apply(request);
    }

    /** The other calls of this service need connections too. */
    @Override
    public int maxSingles() {
        return MAX_SINGLES;
    }

    @Override
    public boolean repeatsSingly(Throwable failure) {
        return ErrorResponse.isNotFound(failure) || ErrorResponse.isTooLarge(failure);
    }
}

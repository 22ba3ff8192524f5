package dev.wearon.generation.sessions;

import dev.wearon.batching.Batcher;
import dev.wearon.generation.channels.Channel;
import dev.wearon.sql.Statements;
import io.smallrye.mutiny.Uni;
import io.vertx.sqlclient.DatabaseException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes the rows of many sessions in one statement. Each channel has its own tables, so it has its own batches.
 *
 * <p>One bad row must not fail the others: if PostgreSQL refuses a value, each row is written on its own. After any other failure
 * the statement is sent once more as a whole, because its outcome may be unknown. So the statement must not change a row again that
 * it has written. If the repeat fails too, the outcome of every row is unknown. It is never sent row by row then, because a slow
 * database would get many statements in place of one.
 *
 * @param <Q> a row
 * @param <A> its answer
 */
public final class RowBatches<Q, A> {

    /** Writes rows of one channel. */
    @FunctionalInterface
    public interface Write<Q, A> {

        /** @return as many answers, in the same order */
        Uni<List<A>> write(Statements statements, Channel channel, List<Q> rows);
    }

    private final Write<Q, A> write;
    private final Statements statements;
    private final Batcher.Limits limits;
    private final Map<Channel, Batcher<Q, A>> ofChannels = new ConcurrentHashMap<>();

    /** @param limits their timeout is that of a write with its repeat */
    public RowBatches(Statements statements, Batcher.Limits limits, Write<Q, A> write) {
        this.write = write;
        // The rest of the time is for the repeat.
        this.statements = statements.within(limits.timeout().multipliedBy(2).dividedBy(3));
        this.limits = limits;
    }

    public Uni<A> write(Channel channel, Q row) {
        return ofChannels
                .computeIfAbsent(channel, first -> new Batcher<>(new InChannel(channel), limits))
                .submit(row);
    }

    private final class InChannel implements Batcher.Work<Q, A> {

        private final Channel channel;

        InChannel(Channel channel) {
            this.channel = channel;
        }

        @Override
        public Uni<List<A>> batch(List<Q> rows) {
            return Uni.createFrom()
                    .deferred(() -> write.write(statements, channel, rows))
                    .onFailure(failure -> !repeatsSingly(failure))
                    .retry()
                    .atMost(1);
        }

        @Override
        public Uni<A> single(Q row) {
            return batch(List.of(row)).map(List::getFirst);
        }

        /** SQLSTATE class 22: a value that its type does not have. Class 23: a constraint. */
        @Override
        public boolean repeatsSingly(Throwable failure) {
            return failure instanceof DatabaseException refused
                    && refused.getSqlState() != null
                    && refused.getSqlState().matches("2[23].*");
        }
    }
}

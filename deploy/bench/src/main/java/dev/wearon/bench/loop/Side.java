package dev.wearon.bench.loop;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.HdrHistogram.Histogram;

/** One of the things that a benchmark compares under the same load. */
public interface Side {

    String name();

    /** Runs before each turn and is not measured. */
    default void prepare() throws Exception {}

    /** Makes a client with its own connection. */
    Client connect() throws Exception;

    /** The number of calls after which a turn ends early. */
    default int maxCalls() {
        return Integer.MAX_VALUE;
    }

    /**
     * After each turn: checks what the servers hold, and removes what the turn left.
     *
     * @param answered calls, those of the warm-up included
     */
    default void finish(long answered) throws Exception {}

    /** Called when the measured time of a turn begins. */
    default void measuringBegins() throws Exception {}

    /**
     * Called when the measured time of a turn has ended.
     *
     * @return the latencies in nanoseconds that the server measured in this time, if the clients cannot see them
     */
    default Optional<Histogram> latencies() throws Exception {
        return Optional.empty();
    }

    /** The server processes whose processor time a call costs, by their names in the report. */
    Map<String, ProcessHandle> processes();

    /**
     * The PostgreSQL roles that do the work of a call. Their connections end after each turn, because PostgreSQL counts
     * all that a connection did only when it ends. Without a role, transactions, fsyncs and WAL are not reported.
     */
    default List<String> databaseRoles() {
        return List.of();
    }

    /** Makes one call at a time, always from the same thread. */
    interface Client extends AutoCloseable {

        /**
         * Returns when the call is answered.
         *
         * @throws Refused when the server is too busy; the call is counted and the load goes on
         * @throws Exception when the answer is wrong; the benchmark ends
         */
        void call() throws Exception;

        /** Work between an answer and the next call; its time is not the call's. */
        default void afterwards() throws Exception {}

        @Override
        void close() throws Exception;
    }

    /** The server answered that it is too busy. */
    final class Refused extends Exception {

        public Refused(String answer) {
            super(answer, null, false, false);
        }
    }
}

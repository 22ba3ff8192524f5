package dev.wearon.drill;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** What the clients were told, in one place: the evidence that the audit holds against the database. */
final class Observations {

    /** How a try-on ended for its client. */
    enum End {
        ACKNOWLEDGED,
        REFUSED,
        /** At the first answer that was neither; what became of it the client does not know. */
        GAVE_UP,
        /** Repeated to the end of the drill without an answer that settles it. */
        UNSETTLED
    }

    /** @param name its requests are {@code name.1}, {@code name.2} ..., its key is the name itself */
    record TryOn(String name, VirtualUser.Kind kind, Account buyer, End end) {}

    /** A 201 that a client has in its hands. */
    record Acknowledged(String name, Account buyer, UUID session) {}

    /** The answer to a repetition after success. */
    record Repeated(String name, UUID first, UUID again, boolean marked) {}

    /** A request that had to be refused, and was answered at all. */
    record Refused(String name, int expected, int got) {}

    private final Queue<TryOn> tryOns = new ConcurrentLinkedQueue<>();
    private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<Repeated> repeated = new ConcurrentLinkedQueue<>();
    private final Queue<Refused> refused = new ConcurrentLinkedQueue<>();
    private final Queue<String> surprises = new ConcurrentLinkedQueue<>();
    private final LongAdder reads = new LongAdder();
    private final Map<String, LongAdder> creates = new ConcurrentHashMap<>();

    void ended(TryOn tryOn) {
        tryOns.add(tryOn);
    }

    void acknowledged(String name, Account buyer, UUID session) {
        acknowledged.add(new Acknowledged(name, buyer, session));
    }

    void repeated(Repeated answer) {
        repeated.add(answer);
    }

    void refused(Refused answer) {
        refused.add(answer);
    }

    /** An answer that no promise allows. */
    void surprised(String sentence) {
        surprises.add(sentence);
    }

    /** An answer, or none, to a create. */
    void answered(Reply reply) {
        creates.computeIfAbsent(reply.brief(), brief -> new LongAdder()).increment();
    }

    /** An answer to the question how a session stands. */
    void read() {
        reads.increment();
    }

    List<TryOn> tryOns() {
        return List.copyOf(tryOns);
    }

    List<Acknowledged> acknowledged() {
        return List.copyOf(acknowledged);
    }

    int acknowledgedCount() {
        return acknowledged.size();
    }

    List<Repeated> repeated() {
        return List.copyOf(repeated);
    }

    List<Refused> refused() {
        return List.copyOf(refused);
    }

    List<String> surprises() {
        return List.copyOf(surprises);
    }

    long reads() {
        return reads.sum();
    }

    /** How often each answer came to a create, for people. */
    Map<String, Long> creates() {
        Map<String, Long> counts = new TreeMap<>();
        creates.forEach((brief, count) -> counts.put(brief, count.sum()));
        return counts;
    }
}

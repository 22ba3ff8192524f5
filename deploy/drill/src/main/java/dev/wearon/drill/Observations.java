package dev.wearon.drill;

import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;

/** All answers that the clients got, to be compared with the database. */
final class Observations {

    /** How a try-on ended for its client. */
    enum End {
        ACKNOWLEDGED,
        REFUSED,
        /** The client gave up at the first other answer and does not know the result. */
        GAVE_UP,
        /** The client retried until the end of the drill and got no final answer. */
        UNSETTLED
    }

    /** @param name the idempotency key; the request ids are {@code name.1}, {@code name.2} ... */
    record TryOn(String name, VirtualUser.Kind kind, Payer payer, End end) {}

    /** A create that was answered with 201. */
    record Acknowledged(String name, Payer payer, UUID session) {}

    /** The answer to a create that the client repeated after success. */
    record Repeated(String name, UUID first, UUID again, boolean replayed) {}

    /** The status of the answer to a request that the API must refuse. */
    record Refused(String name, int expected, int got) {}

    /** The answer to a cancel, with the status that the session must keep. */
    record Cancelled(String name, UUID session, String status) {}

    /** An event of the stream of a store. */
    record Streamed(UUID store, UUID session, long version, String status) {}

    /** A signed webhook about the end of a session. */
    record Webhook(UUID store, UUID session, long version, String status) {}

    private final Queue<TryOn> tryOns = new ConcurrentLinkedQueue<>();
    private final Queue<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
    private final Queue<Repeated> repeated = new ConcurrentLinkedQueue<>();
    private final Queue<Refused> refused = new ConcurrentLinkedQueue<>();
    private final Queue<Cancelled> cancelled = new ConcurrentLinkedQueue<>();
    private final Queue<Streamed> streamed = new ConcurrentLinkedQueue<>();
    private final Queue<Webhook> webhooks = new ConcurrentLinkedQueue<>();
    private final Queue<String> unexpectedAnswers = new ConcurrentLinkedQueue<>();
    private final LongAdder reads = new LongAdder();
    private final LongAdder streams = new LongAdder();
    private final Map<String, LongAdder> creates = new ConcurrentHashMap<>();

    void add(TryOn tryOn) {
        tryOns.add(tryOn);
    }

    void addAcknowledged(String name, Payer payer, UUID session) {
        acknowledged.add(new Acknowledged(name, payer, session));
    }

    void add(Repeated answer) {
        repeated.add(answer);
    }

    void add(Refused answer) {
        refused.add(answer);
    }

    void add(Cancelled answer) {
        cancelled.add(answer);
    }

    void add(Streamed event) {
        streamed.add(event);
    }

    void add(Webhook message) {
        webhooks.add(message);
    }

    /** Records an answer that contradicts the API's contract. */
    void addUnexpected(String sentence) {
        unexpectedAnswers.add(sentence);
    }

    /** Counts the create by its answer; a missing answer counts too. */
    void countCreate(Reply reply) {
        creates.computeIfAbsent(reply.brief(), brief -> new LongAdder()).increment();
    }

    void countRead() {
        reads.increment();
    }

    /** Counts a connection to an event stream. */
    void countStream() {
        streams.increment();
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

    List<Cancelled> cancelled() {
        return List.copyOf(cancelled);
    }

    List<Streamed> streamed() {
        return List.copyOf(streamed);
    }

    List<Webhook> webhooks() {
        return List.copyOf(webhooks);
    }

    List<String> unexpectedAnswers() {
        return List.copyOf(unexpectedAnswers);
    }

    long reads() {
        return reads.sum();
    }

    long streams() {
        return streams.sum();
    }

    /** The number of creates for each kind of answer. */
    Map<String, Long> creates() {
        Map<String, Long> counts = new TreeMap<>();
        creates.forEach((brief, count) -> counts.put(brief, count.sum()));
        return counts;
    }
}

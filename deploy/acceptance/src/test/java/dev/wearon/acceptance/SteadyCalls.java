package dev.wearon.acceptance;

import dev.wearon.testkit.ApiClient;
import dev.wearon.testkit.ApiReply;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Clients that call a gateway without a pause, each with one key, and record the status of each reply. */
final class SteadyCalls implements AutoCloseable {

    private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
    private final Queue<AssertionError> wrong = new ConcurrentLinkedQueue<>();
    private volatile boolean ended;

    /** @param askedAt by {@link System#nanoTime} */
    record Call(long askedAt, int status) {}

    /** The calls of one client, in order. */
    record Calls(Queue<Call> calls) {

        /** The time of the last call with this status; the earliest possible time if there was none. */
        long lastAskedAt(int status) {
            return calls.stream()
                    .filter(call -> call.status() == status)
                    .mapToLong(Call::askedAt)
                    .max()
                    .orElse(Long.MIN_VALUE);
        }

        List<Integer> statuses() {
            return calls.stream().map(Call::status).distinct().sorted().toList();
        }

        int count() {
            return calls.size();
        }
    }

    /** Adds a client that calls until {@link #close}. */
    Calls keepCalling(String gatewayUrl, String key) {
        Queue<Call> calls = new ConcurrentLinkedQueue<>();
        clients.submit(() -> {
            while (!ended) {
                long askedAt = System.nanoTime();
                try {
                    calls.add(new Call(askedAt, call(gatewayUrl, key).status()));
                } catch (AssertionError outsideTheContract) {
                    wrong.add(outsideTheContract);
                    return;
                }
            }
        });
        return new Calls(calls);
    }

    /** One call with a key. */
    static ApiReply call(String gatewayUrl, String key) {
        return client(gatewayUrl, key).get("/api/v1/credits/balance");
    }

    /** A client of a gateway; every reply is checked against the contract. */
    static ApiClient client(String gatewayUrl, String key) {
        return ApiClient.of(gatewayUrl).withKey(key).checkedBy(ContractExtension.CONTRACT);
    }

    /** @throws AssertionError when a reply did not fit the contract */
    @Override
    public void close() {
        ended = true;
        clients.close();
        if (!wrong.isEmpty()) {
            throw wrong.peek();
        }
    }
}

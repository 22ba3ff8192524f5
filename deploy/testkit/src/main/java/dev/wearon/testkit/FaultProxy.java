package dev.wearon.testkit;

import dev.wearon.processes.Ports;
import dev.wearon.processes.PostgresAddress;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A TCP proxy between a service and a server that it calls. It passes bytes, except while a fault is set. It knows no protocol. It
 * recognises a request by words: a path, a command of Redis, a statement. It searches what one {@code read} returns (at most
 * 64 KiB), so the words must stand near the beginning of the request.
 */
public final class FaultProxy implements Closeable {

    private static final String HOST = "127.0.0.1";
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final InetSocketAddress server;
    private final int port;
    private final List<Fault> faults = new CopyOnWriteArrayList<>();
    private final Set<FaultProxyConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile ServerSocket listener;
    private volatile Thread accepting;

    public FaultProxy(String host, int serverPort) throws IOException {
        server = new InetSocketAddress(host, serverPort);
        // A port from Ports, so that no other test takes it while the proxy refuses connections.
        port = listen(Ports.free());
    }

    /** The port on which clients reach the server through this proxy. */
    public int port() {
        return port;
    }

    /** The same database, reached through this proxy. */
    public PostgresAddress through(PostgresAddress address) {
        return new PostgresAddress(HOST, port, address.database(), address.user(), address.password());
    }

    /** The same server, reached through this proxy. */
    public String through(String url) {
        return "%s://%s:%d".formatted(URI.create(url).getScheme(), HOST, port);
    }

    /** Selects the requests that contain all these words. A method of the result sets what happens to them. */
    public Requests on(String... words) {
        return new Requests(List.of(words), Integer.MAX_VALUE);
    }

    /** Cuts all connections and refuses new ones, as if the server were down. */
    public Fault refuse() throws IOException {
        stopListening();
        cut();
        return new Fault(null, 0, Effect.PASS, "") {
            @Override
            public void close() {
                try {
                    listen(port);
                } catch (IOException taken) {
                    throw new UncheckedIOException(taken);
                }
            }
        };
    }

    /** Cuts the present connections. */
    public void cut() {
        connections.forEach(FaultProxyConnection::close);
    }

    @Override
    public void close() throws IOException {
        stopListening();
        faults.forEach(Fault::close);
        cut();
    }

    /** What happens to a request and its reply. */
    enum Effect {
        PASS,
        HOLD,
        HOLD_REPLY,
        DROP_REPLY,
        ANSWER
    }

    /** The requests that a fault is for. */
    public final class Requests {

        private final List<String> words;
        private final int times;

        private Requests(List<String> words, int times) {
            this.words = words;
            this.times = times;
        }

        /** Limits the fault to the first request. */
        public Requests once() {
            return new Requests(words, 1);
        }

        /** Passes and counts them. */
        public Fault count() {
            return put(Effect.PASS, "");
        }

        /** Holds them until the fault is closed; then they reach the server, although their client may be gone. */
        public Fault hold() {
            return put(Effect.HOLD, "");
        }

        /** Passes them, and holds the reply until the fault is closed. */
        public Fault holdReply() {
            return put(Effect.HOLD_REPLY, "");
        }

        /** Passes them, and cuts the connection when the reply comes. */
        public Fault dropReply() {
            return put(Effect.DROP_REPLY, "");
        }

        /** Sends this text to the client in place of the server, and ends the connection. */
        public Fault answer(String reply) {
            return put(Effect.ANSWER, reply);
        }

        /** Sends an HTTP response with a JSON body in place of the server. */
        public Fault answerHttp(int status, String json) {
            return answer("HTTP/1.1 %d Fault\r\nContent-Type: application/json\r\nContent-Length: %d\r\n"
                            .formatted(status, json.length())
                    + "Connection: close\r\n\r\n" + json);
        }

        private Fault put(Effect effect, String reply) {
            Fault fault = new Fault(words, times, effect, reply);
            faults.add(fault);
            return fault;
        }
    }

    /** A fault that lasts until it is closed. */
    public class Fault implements AutoCloseable {

        private final List<String> words;
        final Effect effect;
        final String reply;
        private final AtomicInteger left;
        private final AtomicInteger matched = new AtomicInteger();
        private final CountDownLatch lifted = new CountDownLatch(1);

        private Fault(List<String> words, int times, Effect effect, String reply) {
            this.words = words;
            this.left = new AtomicInteger(times);
            this.effect = effect;
            this.reply = reply;
        }

        /** How many requests have matched. */
        public int matched() {
            return matched.get();
        }

        public void awaitMatched(int requests) {
            Await.until(TIMEOUT, matched::get, count -> count >= requests);
        }

        @Override
        public void close() {
            faults.remove(this);
            lifted.countDown();
        }

        private boolean takes(String piece) {
            boolean taken = words.stream().allMatch(piece::contains) && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
            if (taken) {
                matched.incrementAndGet();
            }
            return taken;
        }

        void awaitLifted() {
            try {
                lifted.await();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private int listen(int atPort) throws IOException {
        ServerSocket socket = new ServerSocket();
        socket.setReuseAddress(true);
        socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), atPort));
        listener = socket;
        accepting = start(() -> {
            while (!socket.isClosed()) {
                accept(socket);
            }
        });
        return socket.getLocalPort();
    }

    /**
     * {@code close} does not wake the thread in {@code accept} at once, and until then it may accept one more connection. So this
     * waits for the thread.
     */
    private void stopListening() throws IOException {
        listener.close();
        try {
            accepting.join();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept(ServerSocket socket) {
        try {
            FaultProxyConnection connection = new FaultProxyConnection(this, socket.accept());
            connections.add(connection);
            start(connection::requests);
        } catch (IOException closed) {
            // The listener was closed, or the client was gone at once.
        }
    }

    /** A platform thread, because the virtual threads of a test may occupy all carriers. */
    static Thread start(Runnable pump) {
        return Thread.ofPlatform().daemon().start(pump);
    }

    InetSocketAddress server() {
        return server;
    }

    void ended(FaultProxyConnection connection) {
        connections.remove(connection);
    }

    /** The fault for a request, or null. Faults that only count are updated as well. */
    Fault faultFor(String request) {
        Fault first = null;
        for (Fault fault : faults) {
            if ((fault.effect == Effect.PASS || first == null) && fault.takes(request)) {
                first = fault.effect == Effect.PASS ? first : fault;
            }
        }
        return first;
    }
}

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
 * A TCP proxy between the service under test and a server that it calls. It passes bytes until a fault is set, and
 * again when the fault is lifted. It knows no protocol: a request is a piece of bytes from the client, recognised by the
 * words in it (a path, a command of Redis, a statement), so they must stand near the request's beginning.
 */
public final class FaultProxy implements Closeable {

    private static final String HOST = "127.0.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final InetSocketAddress server;
    private final int port;
    private final List<Fault> faults = new CopyOnWriteArrayList<>();
    private final Set<FaultProxyConnection> connections = ConcurrentHashMap.newKeySet();
    private volatile ServerSocket listener;
    private volatile Thread accepting;

    public FaultProxy(String host, int serverPort) throws IOException {
        server = new InetSocketAddress(host, serverPort);
        // Kept while the proxy refuses connections, so no other process may get it.
        port = listen(Ports.free());
    }

    /** The port on which clients reach the server through this proxy. */
    public int port() {
        return port;
    }

    /** The same database, reached through this proxy. */
    public PostgresAddress instead(PostgresAddress address) {
        return new PostgresAddress(HOST, port, address.database(), address.user(), address.password());
    }

    /** The same server, reached through this proxy. */
    public String instead(String url) {
        return "%s://%s:%d".formatted(URI.create(url).getScheme(), HOST, port);
    }

    /** Requests that hold all these words; what is to happen to them is said next. */
    public Requests on(String... words) {
        return new Requests(List.of(words), Integer.MAX_VALUE);
    }

    /** As if the server were not there: connections are cut, new ones refused. */
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

    /** Cuts what is connected now. */
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

    /** Which requests a fault is for. */
    public final class Requests {

        private final List<String> words;
        private final int times;

        private Requests(List<String> words, int times) {
            this.words = words;
            this.times = times;
        }

        /** Only the first of them. */
        public Requests once() {
            return new Requests(words, 1);
        }

        /** Lets them pass, and counts them. */
        public Fault count() {
            return put(Effect.PASS, "");
        }

        /** Keeps them from the server until lifted; then they arrive, although their client may be gone. */
        public Fault hold() {
            return put(Effect.HOLD, "");
        }

        /** The server acts on them; its reply does not arrive until lifted. */
        public Fault holdReply() {
            return put(Effect.HOLD_REPLY, "");
        }

        /** The server acts on them; the connection is cut when its reply comes. */
        public Fault dropReply() {
            return put(Effect.DROP_REPLY, "");
        }

        /** The server never sees them; the client is answered with this text and the connection ends. */
        public Fault answer(String reply) {
            return put(Effect.ANSWER, reply);
        }

        /** The same, as HTTP with a JSON body. */
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
        private final AtomicInteger met = new AtomicInteger();
        private final CountDownLatch lifted = new CountDownLatch(1);

        private Fault(List<String> words, int times, Effect effect, String reply) {
            this.words = words;
            this.left = new AtomicInteger(times);
            this.effect = effect;
            this.reply = reply;
        }

        /** How many requests it was for. */
        public int met() {
            return met.get();
        }

        public void awaitMet(int requests) {
            Await.until(PATIENCE, met::get, count -> count >= requests);
        }

        @Override
        public void close() {
            faults.remove(this);
            lifted.countDown();
        }

        private boolean takes(String piece) {
            boolean taken = words.stream().allMatch(piece::contains) && left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
            if (taken) {
                met.incrementAndGet();
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

    /** A closed socket still accepts while the thread that waits on it has not noticed. */
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
            // No more connections, or one less.
        }
    }

    /** Platform threads, as a test's own virtual ones may keep all carriers busy. */
    static Thread start(Runnable pump) {
        return Thread.ofPlatform().daemon().start(pump);
    }

    InetSocketAddress server() {
        return server;
    }

    void ended(FaultProxyConnection connection) {
        connections.remove(connection);
    }

    /** The fault for a request, if there is one; counts it wherever it is to be counted. */
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

package dev.wearon.acceptance;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;

/** Sends each new connection to one of the backends at random, and never moves it, as a Service of Kubernetes does. */
final class ConnectionBalancer implements AutoCloseable {

    private final ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();
    private final List<URI> backends = new CopyOnWriteArrayList<>();
    private final ServerSocket server;

    ConnectionBalancer() throws IOException {
        server = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        connections.submit(this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort();
    }

    void add(String url) {
        backends.add(URI.create(url));
    }

    private Void accept() throws IOException {
        while (true) {
            Socket caller = server.accept();
            connections.submit(() -> connect(caller));
        }
    }

    private Void connect(Socket caller) throws IOException {
        URI chosen = backends.get(ThreadLocalRandom.current().nextInt(backends.size()));
        try (caller;
                Socket backend = new Socket(chosen.getHost(), chosen.getPort())) {
            caller.setTcpNoDelay(true);
            backend.setTcpNoDelay(true);
            connections.submit(() -> pass(backend, caller));
            return pass(caller, backend);
        }
    }

    /** Until one side ends its stream; then both sides get the end. */
    private static Void pass(Socket from, Socket to) throws IOException {
        try (from;
                to) {
            InputStream bytes = from.getInputStream();
            bytes.transferTo(to.getOutputStream());
        }
        return null;
    }

    @Override
    public void close() throws IOException {
        server.close();
        connections.shutdownNow();
    }
}

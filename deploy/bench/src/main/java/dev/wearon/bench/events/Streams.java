package dev.wearon.bench.events;

import dev.wearon.bench.events.Followed.Session;
import dev.wearon.local.suite.UserError;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Clients that follow the sessions, each on its own connection to the gateway. */
final class Streams implements AutoCloseable {

    /** Is called on the thread of the stream, right after the event has arrived. */
    interface Listener {
        void arrived(UUID session, long version);
    }

    private static final int OPENING = 16;
    private static final int OPEN_TIMEOUT_SECONDS = 120;
    private static final String ID = "id: ";
    private static final String ENDED = "A stream has ended: ";

    private final int port;
    private final List<Session> sessions;
    private final Listener listener;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore opening = new Semaphore(OPENING);
    private final List<Stream> open = new ArrayList<>();

    /** Completes with the fault of the first stream that ends although nobody has closed it. */
    private final CompletableFuture<Void> broken = new CompletableFuture<>();

    Streams(int port, List<Session> sessions, Listener listener) {
        this.port = port;
        this.sessions = sessions;
        this.listener = listener;
    }

    /** Opens all that are not open. Each has its first event then. */
    void open() throws Exception {
        if (!open.isEmpty()) {
            return;
        }
        for (Session session : sessions) {
            Stream stream = new Stream(session);
            open.add(stream);
            threads.execute(stream);
        }
        CompletableFuture<Void> all = CompletableFuture.allOf(
                open.stream().map(stream -> stream.begun).toArray(CompletableFuture[]::new));
        try {
            CompletableFuture.anyOf(all, broken).get(OPEN_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw new UserError("Not all streams have begun within " + OPEN_TIMEOUT_SECONDS + " s.");
        } catch (ExecutionException ended) {
            throw new UserError(ENDED + ended.getCause().getMessage());
        }
    }

    /** Closes all. */
    void end() {
        open.forEach(Stream::end);
        open.clear();
    }

    /** @throws UserError if a stream has ended */
    void check() throws UserError {
        try {
            broken.getNow(null);
        } catch (CompletionException ended) {
            throw new UserError(ENDED + ended.getCause().getMessage());
        }
    }

    @Override
    public void close() {
        end();
        threads.shutdown();
    }

    private final class Stream implements Runnable {

        private final Session session;
        private final CompletableFuture<Void> begun = new CompletableFuture<>();
        private volatile Socket socket;
        private volatile boolean ended;

        Stream(Session session) {
            this.session = session;
        }

        @Override
        public void run() {
            try (Socket own = connect()) {
                socket = own;
                read(new BufferedReader(new InputStreamReader(own.getInputStream(), StandardCharsets.UTF_8)));
                throw new IOException("The server has ended it.");
            } catch (IOException | InterruptedException fault) {
                if (!ended) {
                    broken.completeExceptionally(fault);
                }
            }
        }

        private Socket connect() throws IOException, InterruptedException {
            opening.acquire();
            Socket connected = new Socket(InetAddress.getLoopbackAddress(), port);
            connected.setTcpNoDelay(true);
            connected.getOutputStream().write(session.owner().get("generation/" + session.id() + "/events"));
            return connected;
        }

        private void read(BufferedReader in) throws IOException {
            String status = in.readLine();
            if (status == null || !status.contains(" 200 ")) {
                throw new IOException("The answer is " + status);
            }
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith(ID)) {
                    listener.arrived(session.id(), Long.parseLong(line.substring(ID.length())));
                    if (begun.complete(null)) {
                        opening.release();
                    }
                }
            }
        }

        void end() {
            ended = true;
            try {
                if (socket != null) {
                    socket.close();
                }
            } catch (IOException unclosable) {
                broken.completeExceptionally(unclosable);
            }
        }
    }
}

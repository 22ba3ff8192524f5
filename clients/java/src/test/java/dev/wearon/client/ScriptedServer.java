package dev.wearon.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CountDownLatch;

/**
 * A real HTTP server that answers by a script, and remembers every request. The last step of the script is repeated. Each
 * connection has one request, so that a step may send anything, also a part of a response.
 */
final class ScriptedServer implements AutoCloseable {

    static final String KEY = "wk_00112233445566778899aabbccddeeff";
    static final String ID = "0193c0de-0000-7000-8000-000000000002";

    record Request(String line, Map<String, String> headers, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    /** What the server sends after a request. */
    interface Step {
        void answer(OutputStream out) throws IOException, InterruptedException;
    }

    final List<Request> requests = Collections.synchronizedList(new ArrayList<>());
    /** Requests for events. They get the steps of {@link #streams}; without one there is no place for a stream. */
    final List<Request> streamed = Collections.synchronizedList(new ArrayList<>());

    final Deque<Step> streams = new ConcurrentLinkedDeque<>();
    final CountDownLatch released = new CountDownLatch(1);
    private final ServerSocket socket;
    private final Deque<Step> script;

    ScriptedServer(Step... steps) {
        script = new ArrayDeque<>(List.of(steps));
        try {
            socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        daemon(this::accept);
    }

    static Step ok(int status, String data, String... headers) {
        return json(status, "{\"data\": " + data + ", \"error\": null}", headers);
    }

    static Step refusal(int status, String code, String... headers) {
        return json(status, "{\"data\": null, \"error\": {\"code\": \"" + code + "\", \"message\": \"No.\"}}", headers);
    }

    static Step json(int status, String body, String... headers) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        String more = String.join(
                "", List.of(headers).stream().map(header -> header + "\r\n").toList());
        return raw("HTTP/1.1 " + status + " Any\r\nContent-Length: " + bytes.length
                + "\r\nX-Request-Id: req_of_server\r\nConnection: close\r\n" + more + "\r\n" + body);
    }

    /** Sends this text instead of a response, and closes the connection. */
    static Step raw(String text) {
        return out -> out.write(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Nothing, until the server is closed. */
    Step silent() {
        return out -> released.await();
    }

    String url() {
        return "http://127.0.0.1:" + socket.getLocalPort();
    }

    WearOn client() {
        return new WearOn(KEY, url());
    }

    void script(Step... steps) {
        synchronized (script) {
            script.clear();
            script.addAll(List.of(steps));
        }
    }

    List<String> sent(String header) {
        return requests.stream().map(request -> request.headers().get(header)).toList();
    }

    @Override
    public void close() {
        released.countDown();
        try {
            socket.close();
        } catch (IOException unclosable) {
            throw new UncheckedIOException(unclosable);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket accepted = socket.accept();
                daemon(() -> serve(accepted));
            }
        } catch (IOException closed) {
            // The test has ended.
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            Request request = read(connection.getInputStream());
            step(request).answer(connection.getOutputStream());
        } catch (IOException | InterruptedException cut) {
            // The client has gone.
        }
    }

    private Step step(Request request) {
        if (request.line().contains("/events ")) {
            streamed.add(request);
            Step step = streams.poll();
            return step == null ? refusal(429, "RATE_LIMITED", "Retry-After: 5") : step;
        }
        synchronized (script) {
            requests.add(request);
            return script.size() > 1 ? script.remove() : script.element();
        }
    }

    private static Request read(InputStream in) throws IOException {
        String line = line(in);
        Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String header = line(in); !header.isEmpty(); header = line(in)) {
            int colon = header.indexOf(':');
            headers.put(header.substring(0, colon), header.substring(colon + 1).strip());
        }
        int length = Integer.parseInt(headers.getOrDefault("Content-Length", "0"));
        return new Request(line, headers, in.readNBytes(length));
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new IOException("The client has gone.");
            }
            line.append((char) next);
        }
        return line.toString().strip();
    }

    private static void daemon(Runnable work) {
        Thread thread = new Thread(work);
        thread.setDaemon(true);
        thread.start();
    }
}

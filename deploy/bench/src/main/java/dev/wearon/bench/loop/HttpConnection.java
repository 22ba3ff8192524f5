package dev.wearon.bench.loop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;

/**
 * A kept HTTP/1.1 connection with one call at a time. Requests are bytes, made before; of an answer it reads status and
 * length, and looks at each byte once: the load shares the processors with what it measures. When the server says that it
 * ends the connection, the next request opens another one.
 */
public final class HttpConnection implements AutoCloseable {

    private static final int BUFFER_BYTES = 64 << 10;
    private static final int OK = 200;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final int UNAVAILABLE = 503;
    private static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final int READ_TIMEOUT_MS = 30_000;
    private static final String VERSION = "http/1.1 ";
    private static final String LENGTH = "\r\ncontent-length:";
    private static final String CLOSE = "\r\nconnection: close\r\n";

    private final int port;
    private Socket socket;
    private boolean ends;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    /** How much of the buffer is filled, and how much of that is read. */
    private int filled;

    private int read;

    private int status;
    private int length;

    public HttpConnection(int port) throws IOException {
        this.port = port;
        open();
    }

    private void open() throws IOException {
        ends = false;
        socket = new Socket();
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_TIMEOUT_MS);
        socket.setSoTimeout(READ_TIMEOUT_MS);
        socket.setTcpNoDelay(true);
    }

    /** A call on a connection. */
    @FunctionalInterface
    public interface Call {
        void on(HttpConnection connection) throws IOException;
    }

    /** A client that repeats this call on its own connection. */
    public static Side.Client client(int port, Call call) throws IOException {
        HttpConnection connection = new HttpConnection(port);
        return new Side.Client() {
            @Override
            public void call() throws IOException {
                call.on(connection);
            }

            @Override
            public void close() throws IOException {
                connection.close();
            }
        };
    }

    public HttpConnection send(byte[] bytes) throws IOException {
        if (ends) {
            socket.close();
            open();
        }
        socket.getOutputStream().write(bytes);
        return this;
    }

    /** @return the body of the answer, which must have this status */
    public String expect(int expectedStatus) throws IOException {
        readHead();
        if (status != expectedStatus) {
            throw unexpected();
        }
        return body();
    }

    /**
     * As {@link #expect(int)}.
     *
     * @throws Side.Refused when the server answers that it is too busy
     */
    public String expectUnlessBusy(int expectedStatus) throws IOException, Side.Refused {
        readHead();
        if (status == TOO_MANY_REQUESTS || status == UNAVAILABLE) {
            throw new Side.Refused(status + " " + body());
        }
        if (status != expectedStatus) {
            throw unexpected();
        }
        return body();
    }

    /** The answer must be 200 with exactly this body. */
    public void expect(byte[] body) throws IOException {
        readHead();
        if (status != OK || length != body.length) {
            throw unexpected();
        }
        readBody((at, some) -> {
            if (!Arrays.equals(buffer, read, read + some, body, at, at + some)) {
                throw new IOException("the body of an answer has other bytes than expected");
            }
        });
    }

    private void readHead() throws IOException {
        filled = 0;
        read = 0;
        while (filled < buffer.length) {
            fill();
            String text = new String(buffer, 0, filled, StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            if (end >= 0) {
                String head = text.substring(0, end + 2).toLowerCase(Locale.ROOT);
                int value = head.indexOf(LENGTH) + LENGTH.length();
                if (!head.startsWith(VERSION) || value < LENGTH.length()) {
                    throw new IOException("an answer has no status or no length: " + head);
                }
                ends = head.contains(CLOSE);
                status = Integer.parseInt(head, VERSION.length(), VERSION.length() + 3, 10);
                length = Integer.parseInt(
                        head.substring(value, head.indexOf('\r', value)).strip());
                read = end + 4;
                return;
            }
        }
        throw new IOException("the head of an answer is too long");
    }

    private String body() throws IOException {
        byte[] body = new byte[length];
        readBody((at, some) -> System.arraycopy(buffer, read, body, at, some));
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Takes so many bytes of the buffer, from where it is read. */
    private interface Part {
        void take(int at, int some) throws IOException;
    }

    private void readBody(Part part) throws IOException {
        int at = 0;
        while (at < length) {
            if (read == filled) {
                filled = 0;
                read = 0;
                fill();
            }
            int some = Math.min(filled - read, length - at);
            part.take(at, some);
            read += some;
            at += some;
        }
    }

    private void fill() throws IOException {
        int more = socket.getInputStream().read(buffer, filled, buffer.length - filled);
        if (more < 0) {
            throw new IOException("the server closed a connection");
        }
        filled += more;
    }

    private IOException unexpected() throws IOException {
        String body = length <= buffer.length ? body() : length + " bytes";
        return new IOException("the server answered %d %s".formatted(status, body));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

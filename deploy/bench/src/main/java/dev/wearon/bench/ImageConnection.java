package dev.wearon.bench;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kept HTTP/1.1 connection with one call at a time, which waits for its answer. It moves large bodies through one buffer
 * and looks at each byte once: the load shares the processors with what it measures.
 */
final class ImageConnection implements AutoCloseable {

    private static final int TIMEOUT_MS = 30_000;
    private static final int BUFFER_BYTES = 64 << 10;
    private static final Pattern HEAD =
            Pattern.compile("(?is)HTTP/1\\.1 (\\d{3}) .*?\r\ncontent-length: *(\\d+)\r\n.*");

    private final Socket socket;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    /** How much of the buffer is filled, and how much of that is read. */
    private int filled;

    private int read;

    private record Head(int status, int length) {}

    ImageConnection(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MS);
    }

    /** Succeeds when the image was taken as a new one. */
    void put(String target, Photo photo) throws IOException {
        send("PUT %s HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: image/jpeg\r\nContent-Length: %d\r\n\r\n"
                .formatted(target, photo.bytes().length));
        socket.getOutputStream().write(photo.bytes());
        expect(201);
    }

    /** Succeeds when the answer is this image, every byte of it. */
    void get(String target, Photo photo) throws IOException {
        send("GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".formatted(target));
        byte[] expected = photo.bytes();
        Head head = head();
        if (head.status() != 200 || head.length() != expected.length) {
            throw unexpected(head);
        }
        int at = 0;
        while (at < expected.length) {
            int some = Math.min(some(), expected.length - at);
            if (!Arrays.equals(buffer, read, read + some, expected, at, at + some)) {
                throw new IOException("an image came back with other bytes");
            }
            read += some;
            at += some;
        }
    }

    /**
     * @param request the whole of it
     * @return the body of the answer, which must be 201
     */
    String post(String request) throws IOException {
        send(request);
        return expect(201);
    }

    private void send(String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private String expect(int status) throws IOException {
        Head head = head();
        if (head.status() != status) {
            throw unexpected(head);
        }
        return body(head);
    }

    private Head head() throws IOException {
        filled = 0;
        read = 0;
        while (filled < buffer.length) {
            fill();
            String text = new String(buffer, 0, filled, StandardCharsets.ISO_8859_1);
            int end = text.indexOf("\r\n\r\n");
            if (end >= 0) {
                read = end + 4;
                Matcher head = HEAD.matcher(text.substring(0, read));
                if (!head.matches()) {
                    throw new IOException("an answer has no length: " + text.substring(0, end));
                }
                return new Head(Integer.parseInt(head.group(1)), Integer.parseInt(head.group(2)));
            }
        }
        throw new IOException("an answer has too many headers");
    }

    private String body(Head head) throws IOException {
        byte[] body = new byte[head.length()];
        int at = 0;
        while (at < body.length) {
            int some = Math.min(some(), body.length - at);
            System.arraycopy(buffer, read, body, at, some);
            read += some;
            at += some;
        }
        return new String(body, StandardCharsets.UTF_8);
    }

    /** How many bytes there are to read; waits for the first. */
    private int some() throws IOException {
        if (read == filled) {
            filled = 0;
            read = 0;
            fill();
        }
        return filled - read;
    }

    private void fill() throws IOException {
        InputStream in = socket.getInputStream();
        int more = in.read(buffer, filled, buffer.length - filled);
        if (more < 0) {
            throw new IOException("the server closed a connection");
        }
        filled += more;
    }

    private IOException unexpected(Head head) throws IOException {
        String body = head.status() == 200 ? head.length() + " bytes" : body(head);
        return new IOException("the server answered %d %s".formatted(head.status(), body));
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

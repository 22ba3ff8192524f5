package dev.wearon.testkit;

import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

/** Reads an event stream, on a socket. */
public final class EventClient implements AutoCloseable {

    private static final int TIMEOUT_MS = 30_000;

    /** An event with JSON data; the id is null if it has none. */
    public record Event(String id, String name, JsonPath data) {}

    private final Socket socket;
    private final BufferedReader in;
    private final Body body;
    private final int status;
    private final Map<String, String> headers = new HashMap<>();

    private EventClient(int port, String head) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        InputStream bytes = new BufferedInputStream(socket.getInputStream());
        status = Integer.parseInt(line(bytes).split(" ")[1]);
        for (String line = line(bytes); !line.isEmpty(); line = line(bytes)) {
            String[] header = line.split(": *", 2);
            headers.put(header[0].toLowerCase(Locale.ROOT), header[1]);
        }
        body = new Body(bytes, "chunked".equals(header("Transfer-Encoding")));
        in = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8));
    }

    private static String line(InputStream bytes) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int next = bytes.read(); next != '\n'; next = bytes.read()) {
            if (next < 0) {
                throw new EOFException();
            }
            if (next != '\r') {
                line.append((char) next);
            }
        }
        return line.toString();
    }

    /** Without the frames of chunks: an event may begin in one and end in another. */
    private static final class Body extends InputStream {

        private final InputStream bytes;
        private final boolean chunked;
        private int leftOfChunk;
        private boolean begun;

        /** The last chunk came. */
        private boolean ended;

        private Body(InputStream bytes, boolean chunked) {
            this.bytes = bytes;
            this.chunked = chunked;
        }

        @Override
        public int read() throws IOException {
            if (ended || chunked && leftOfChunk == 0 && !hasNextChunk()) {
                return -1;
            }
            leftOfChunk--;
            return bytes.read();
        }

        /** Only what is there, because the next event may take long. */
        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int first = read();
            if (first < 0) {
                return -1;
            }
            buffer[offset] = (byte) first;
            int more = Math.min(length - 1, bytes.available());
            int taken = more == 0 ? 0 : bytes.read(buffer, offset + 1, chunked ? Math.min(more, leftOfChunk) : more);
            leftOfChunk -= taken;
            return 1 + taken;
        }

        private boolean hasNextChunk() throws IOException {
            try {
                if (begun) {
                    line(bytes);
                }
                begun = true;
                leftOfChunk = Integer.parseInt(line(bytes).split(";")[0].strip(), 16);
            } catch (EOFException brokenOff) {
                return false;
            }
            ended = leftOfChunk == 0;
            return !ended;
        }
    }

    /**
     * Of the server under test.
     *
     * @param headers complete lines, without line ends
     */
    public static EventClient open(String path, String... headers) {
        return open(RestAssured.port, path, headers);
    }

    /** Of the server at this port of this machine. */
    public static EventClient open(int port, String path, String... headers) {
        try {
            return new EventClient(
                    port,
                    "GET " + path + " HTTP/1.1\r\nHost: shop.example.com\r\n"
                            + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n"));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    public int status() {
        return status;
    }

    public String header(String name) {
        return headers.get(name.toLowerCase(Locale.ROOT));
    }

    /** Reads up to a line. */
    public void reads(String wanted) {
        reads(wanted::equals, wanted);
    }

    /** Reads up to a line that begins with this text, and returns its rest. */
    public String readsAfter(String beginning) {
        return reads(line -> line.startsWith(beginning), beginning).substring(beginning.length());
    }

    private String reads(Predicate<String> wanted, String description) {
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (wanted.test(line)) {
                    return line;
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        throw new AssertionError("The stream ended before: " + description);
    }

    /** Reads the next event; null if the stream ends properly before. */
    public Event next() {
        String id = null;
        String name = null;
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("id: ")) {
                    id = line.substring("id: ".length());
                } else if (line.startsWith("event: ")) {
                    name = line.substring("event: ".length());
                } else if (line.startsWith("data: ")) {
                    return new Event(id, name, JsonPath.from(line.substring("data: ".length())));
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        if (body.ended) {
            return null;
        }
        throw new AssertionError("The stream broke off");
    }

    /**
     * Reads until the connection closes.
     *
     * @return whether the stream ended properly before
     */
    public boolean readsToTheEnd() {
        try {
            while (in.readLine() != null) {
                // Only its end counts.
            }
        } catch (SocketException reset) {
            return false;
        } catch (IOException silent) {
            throw new UncheckedIOException(silent);
        }
        return body.ended;
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}

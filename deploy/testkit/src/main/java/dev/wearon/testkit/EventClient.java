package dev.wearon.testkit;

import io.restassured.RestAssured;
import io.restassured.path.json.JsonPath;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Reads an event stream, on a socket. */
public final class EventClient implements AutoCloseable {

    private static final int TIMEOUT_MS = 10_000;

    /** An event with JSON data; the id is null if it has none. */
    public record Event(String id, String name, JsonPath data) {}

    private final Socket socket;
    private final BufferedReader in;
    private final int status;
    private final Map<String, String> headers = new HashMap<>();

    private EventClient(int port, String head) throws IOException {
        socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.getOutputStream().write((head + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
        in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
        status = Integer.parseInt(in.readLine().split(" ")[1]);
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
            String[] header = line.split(": *", 2);
            headers.put(header[0].toLowerCase(Locale.ROOT), header[1]);
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
        try {
            for (String line = in.readLine(); !wanted.equals(line); line = in.readLine()) {
                if (line == null) {
                    throw new AssertionError("The stream ended before: " + wanted);
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
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
                } else if (line.equals("0")) {
                    return null;
                }
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
        throw new AssertionError("The stream broke off");
    }

    /**
     * Reads until the connection closes.
     *
     * @return whether the stream ended properly before
     */
    public boolean readsToTheEnd() {
        String last = "";
        try {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                last = line.isEmpty() ? last : line;
            }
        } catch (SocketException reset) {
            return false;
        } catch (IOException silent) {
            throw new UncheckedIOException(silent);
        }
        return last.equals("0");
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

package dev.wearon.gateway.testing;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import io.restassured.RestAssured;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sends raw bytes over a socket, for requests that no HTTP client can send. Responses are still checked against the contract.
 */
public final class RawHttp {

    private static final Pattern REQUEST_LINE = Pattern.compile("([A-Z]+) (/[^ ?]*)\\S* HTTP/1.1\r\n");
    private static final Pattern LENGTH = Pattern.compile("(?is)\\r\\ncontent-length: *([0-9]+).*?\\r\\n\\r\\n");
    private static final Pattern CHUNK = Pattern.compile("\\G([0-9a-fA-F]+)\r\n");

    /** The HTTP server refuses unreadable requests with these statuses and no body, before the gateway sees them. */
    private static final Set<Integer> UNREADABLE = Set.of(400, 414, 431);

    private RawHttp() {}

    /** A raw response up to the end of the connection. */
    public record Answer(String text) {

        public int status() {
            return Integer.parseInt(text.split(" ", 3)[1]);
        }

        public String body() {
            return text.substring(endOfHead() + 4);
        }

        private int endOfHead() {
            return text.indexOf("\r\n\r\n");
        }

        private Map<String, List<String>> headers() {
            return text.substring(0, endOfHead())
                    .lines()
                    .skip(1)
                    .map(line -> line.split(": *", 2))
                    .collect(groupingBy(header -> header[0], mapping(header -> header[1], toList())));
        }

        /** The body without chunk sizes. */
        private String content() {
            if (!text.substring(0, endOfHead()).toLowerCase().contains("\r\ntransfer-encoding: chunked")) {
                return body();
            }
            StringBuilder content = new StringBuilder();
            Matcher chunk = CHUNK.matcher(body());
            int at = 0;
            while (chunk.find(at)) {
                int end = chunk.end() + Integer.parseInt(chunk.group(1), 16);
                content.append(body(), chunk.end(), end);
                at = end + 2;
            }
            return content.toString();
        }
    }

    /** @param head request line and headers without the last empty line; {@code Connection: close} is added */
    public static Answer send(String head, byte[] body) {
        Answer answer = sendWithoutContract(head, body);
        check(head + "\r\n", answer);
        return answer;
    }

    /**
     * Reads only the response, and not up to the end of the connection. After the refusal of a body the gateway closes the
     * connection late, so that the client can read the refusal.
     */
    public static Answer firstAnswer(String head, byte[] body) {
        Answer answer = exchange(head, body, RawHttp::untilTheEndOfTheBody);
        check(head + "\r\n", answer);
        return answer;
    }

    private static byte[] untilTheEndOfTheBody(InputStream in) throws IOException {
        var received = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0; next = in.read()) {
            received.write(next);
            if (next == '\n' || next == '}') {
                String text = received.toString(StandardCharsets.ISO_8859_1);
                Matcher length = LENGTH.matcher(text);
                if (length.find() && text.length() == length.end() + Integer.parseInt(length.group(1))) {
                    break;
                }
            }
        }
        return received.toByteArray();
    }

    private interface Reading {
        byte[] of(InputStream in) throws IOException;
    }

    /** Does not check the contract, for fake responses that a real service never sends. */
    public static Answer sendWithoutContract(String head, byte[] body) {
        return exchange(head, body, InputStream::readAllBytes);
    }

    private static Answer exchange(String head, byte[] body, Reading reading) {
        try (Socket socket = new Socket("127.0.0.1", RestAssured.port)) {
            socket.setSoTimeout(15_000);
            var out = socket.getOutputStream();
            out.write((head + "\r\nConnection: close\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1));
            out.write(body);
            out.flush();
            return new Answer(new String(reading.of(socket.getInputStream()), StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    private static void check(String head, Answer received) {
        Answer answer = new Answer(received.text().replaceFirst("^HTTP/1.1 100 Continue\r\n\r\n", ""));
        Matcher asked = REQUEST_LINE.matcher(head);
        boolean unreadable =
                UNREADABLE.contains(answer.status()) && answer.body().isEmpty();
        if (asked.lookingAt() && !unreadable) {
            GatewayContract.CONTRACT.check(new dev.wearon.testkit.contract.Answer(
                    asked.group(1),
                    asked.group(2),
                    answer.status(),
                    answer.headers(),
                    answer.content().getBytes(StandardCharsets.UTF_8)));
        }
    }

    /**
     * Sends raw bytes, possibly of several requests, and reads until the gateway closes the connection.
     *
     * @param open the bytes; the connection stays open for writing
     */
    public static Answer raw(String open) {
        try (Socket socket = new Socket("127.0.0.1", RestAssured.port)) {
            socket.setSoTimeout(15_000);
            socket.getOutputStream().write(open.getBytes(StandardCharsets.ISO_8859_1));
            return new Answer(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    public static Answer get(String path) {
        return send("GET " + path + " HTTP/1.1\r\nHost: shop.example.com", new byte[0]);
    }
}

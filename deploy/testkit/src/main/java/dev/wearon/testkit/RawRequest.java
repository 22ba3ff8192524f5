package dev.wearon.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Sends a request without a body over a plain socket, because clients encode or refuse some characters of a URI. */
public final class RawRequest {

    private static final int TIMEOUT_MS = 15_000;

    private RawRequest() {}

    /**
     * @param uri as it stands in the request line, one byte for each character
     * @param headers each without its line end
     * @return the whole response
     */
    public static String send(int port, String method, String uri, String... headers) {
        String head = "%s %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n"
                .formatted(method, uri);
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setSoTimeout(TIMEOUT_MS);
            String lines = String.join(
                    "", List.of(headers).stream().map(header -> header + "\r\n").toList());
            socket.getOutputStream().write((head + lines + "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }
}

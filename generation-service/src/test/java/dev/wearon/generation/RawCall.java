package dev.wearon.generation;

import io.restassured.RestAssured;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** Sends a create as bytes on a socket, for headers that HTTP clients do not send and for callers that disconnect. */
public final class RawCall implements AutoCloseable {

    private final Socket socket;

    private RawCall(Socket socket) {
        this.socket = socket;
    }

    /**
     * @param imageUrl the picture of the person and of the garment
     * @param headers each with its line end; sent as ISO-8859-1
     */
    public static RawCall create(Shop shop, String headers, String imageUrl) throws IOException {
        String body = "{\"age_verified\":true,\"image_urls\":[\"%1$s\",\"%1$s\"]}".formatted(imageUrl);
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), RestAssured.port);
        String request = "POST /api/v1/generation/create HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                + "Authorization: %s\r\nContent-Length: %d\r\n%s\r\n%s"
                        .formatted(shop.identity(), body.length(), headers, body);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
        return new RawCall(socket);
    }

    /** Waits for the response and reads only its status. */
    public int status() throws IOException {
        try (socket) {
            String line = new String(socket.getInputStream().readNBytes(12), StandardCharsets.ISO_8859_1);
            return Integer.parseInt(line.substring("HTTP/1.1 ".length()));
        }
    }

    /** Disconnects without waiting for the response. */
    @Override
    public void close() throws IOException {
        socket.close();
    }
}

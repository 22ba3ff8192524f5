package dev.wearon.containers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/**
 * The health check of an image, which has no shell and no curl: exits with 0 if the service in the same container is ready. Uses
 * only a socket, so that it starts fast.
 */
public final class HealthCheck {

    private static final int TIMEOUT_MS = 3_000;
    private static final String READY = "HTTP/1.0 200";

    private HealthCheck() {}

    /** @param arguments the management port, unless WEARON_MANAGEMENT_PORT has another one */
    public static void main(String[] arguments) {
        String port = System.getenv().getOrDefault("WEARON_MANAGEMENT_PORT", arguments[0]);
        System.exit(isReady(Integer.parseInt(port.strip())) ? 0 : 1);
    }

    static boolean isReady(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress("127.0.0.1", port), TIMEOUT_MS);
            socket.setSoTimeout(TIMEOUT_MS);
            socket.getOutputStream().write("GET /q/health/ready HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            byte[] begin = socket.getInputStream().readNBytes(READY.length());
            // Some servers answer with version 1.1.
            return new String(begin, StandardCharsets.US_ASCII)
                    .replace("1.1", "1.0")
                    .equals(READY);
        } catch (IOException down) {
            return false;
        }
    }
}

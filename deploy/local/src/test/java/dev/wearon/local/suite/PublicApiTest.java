package dev.wearon.local.suite;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PublicApiTest {

    @ParameterizedTest
    @ValueSource(strings = {"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"data\": "})
    @Timeout(20)
    void limitsTheTimeOfTheWholeAnswer(String beginning) throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                PublicApi api = new PublicApi("http://127.0.0.1:" + server.getLocalPort(), Duration.ofMillis(300))) {
            Thread.ofVirtual().start(() -> answer(server, beginning));
            assertThatThrownBy(() -> api.get("/slow", "token")).hasMessageContaining("the time limit was exceeded");
        }
    }

    @Test
    void reportsAConnectionThatBreaksInTheAnswer() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                PublicApi api = new PublicApi("http://127.0.0.1:" + server.getLocalPort())) {
            Thread.ofVirtual().start(() -> {
                try (Socket client = server.accept()) {
                    write(client, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
                } catch (IOException notCalled) {
                    // The assertion fails.
                }
            });
            assertThatThrownBy(() -> api.get("/cut", "token")).hasMessageContaining("GET /cut got no answer");
        }
    }

    /** Sends the beginning, and keeps the connection open until the client closes it. */
    private static void answer(ServerSocket server, String beginning) {
        try (Socket client = server.accept()) {
            write(client, beginning);
            while (client.getInputStream().read() >= 0) {
                // Ignores the rest of the request.
            }
        } catch (IOException closed) {
            // The client has given up.
        }
    }

    private static void write(Socket client, String answer) throws IOException {
        client.getInputStream().read();
        client.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        client.getOutputStream().flush();
    }
}

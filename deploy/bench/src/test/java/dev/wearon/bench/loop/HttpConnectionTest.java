package dev.wearon.bench.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpConnectionTest {

    private static final byte[] REQUEST = bytes("GET / HTTP/1.1\r\n\r\n");

    private ServerSocket listening;
    private HttpConnection connection;
    private Socket server;

    @BeforeEach
    void connect() throws IOException {
        listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        connection = new HttpConnection(listening.getLocalPort());
        server = listening.accept();
    }

    @AfterEach
    void close() throws IOException {
        connection.close();
        server.close();
        listening.close();
    }

    @Test
    void sendsTheRequestAndReadsAnswerAfterAnswer() throws IOException {
        connection.send(REQUEST);
        assertThat(server.getInputStream().readNBytes(REQUEST.length)).isEqualTo(REQUEST);
        answer("HTTP/1.1 201 Created\r\nContent-Length: 3\r\nX: y\r\n\r\nabc");
        assertThat(connection.expect(201)).isEqualTo("abc");
        answer("HTTP/1.1 200 OK\r\ncontent-length:2\r\n\r\nok");
        assertThatCode(() -> connection.expect(bytes("ok"))).doesNotThrowAnyException();
    }

    @Test
    void readsABodyThatIsLargerThanItsBuffer() throws IOException {
        byte[] large = new byte[1 << 20];
        large[large.length - 1] = 1;
        Thread answering = new Thread(() -> {
            try {
                answer("HTTP/1.1 200 OK\r\nContent-Length: " + large.length + "\r\n\r\n");
                server.getOutputStream().write(large);
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
        });
        answering.start();
        assertThatCode(() -> connection.expect(large)).doesNotThrowAnyException();
    }

    @Test
    void refusesAnotherStatus() throws IOException {
        answer("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy");
        assertThatThrownBy(() -> connection.expect(bytes("ok"))).hasMessage("the server answered 503 busy");
    }

    @Test
    void tellsARefusalOfABusyServerFromAWrongAnswer() throws Exception {
        answer("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy");
        assertThatThrownBy(() -> connection.expectUnlessBusy(201)).isInstanceOf(Side.Refused.class);
        answer("HTTP/1.1 429 Too Many Requests\r\nContent-Length: 0\r\n\r\n");
        assertThatThrownBy(() -> connection.expectUnlessBusy(201)).isInstanceOf(Side.Refused.class);
        answer("HTTP/1.1 402 Payment Required\r\nContent-Length: 0\r\n\r\n");
        assertThatThrownBy(() -> connection.expectUnlessBusy(201)).hasMessageContaining("answered 402");
        answer("HTTP/1.1 201 Created\r\nContent-Length: 2\r\n\r\nok");
        assertThat(connection.expectUnlessBusy(201)).isEqualTo("ok");
    }

    @Test
    void refusesAnotherBodyOfTheSameLength() throws IOException {
        answer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nno");
        assertThatThrownBy(() -> connection.expect(bytes("ok"))).hasMessageContaining("other bytes");
    }

    @Test
    void refusesAnAnswerWithoutALengthAndAClosedConnection() throws IOException {
        answer("HTTP/1.1 200 OK\r\n\r\n");
        assertThatThrownBy(() -> connection.expect(200)).hasMessageContaining("no length");
        server.close();
        assertThatThrownBy(() -> connection.expect(200)).hasMessageContaining("closed a connection");
    }

    private void answer(String text) throws IOException {
        server.getOutputStream().write(bytes(text));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

package dev.wearon.bench.gateway;

import dev.wearon.processes.Ports;
import dev.wearon.processes.Program;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A server that gives every request the same answer, in its own process. It replaces a service in the measurement. It only finds
 * the end of each request and writes the answer.
 */
record FixedAnswer(int port) implements Program {

    static final String BODY = "{\"balance\":3,\"total_purchased\":10,\"total_spent\":7}";

    private static final String HOST = "127.0.0.1";
    private static final int BACKLOG = 128;
    private static final int LONGEST_REQUEST = 8_192;
    private static final byte[] ANSWER =
            "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(BODY.length(), BODY)
                    .getBytes(StandardCharsets.US_ASCII);

    /** @param arguments the port */
    public static void main(String[] arguments) throws IOException {
        int port = Integer.parseInt(arguments[0]);
        try (ServerSocket server = new ServerSocket(port, BACKLOG, InetAddress.getByName(HOST))) {
            while (true) {
                Socket client = server.accept();
                new Thread(() -> serve(client)).start();
            }
        }
    }

    /** Requests come without a body and one at a time on each connection. */
    private static void serve(Socket client) {
        try (client) {
            client.setTcpNoDelay(true);
            OutputStream out = client.getOutputStream();
            byte[] request = new byte[LONGEST_REQUEST];
            int length = 0;
            int more = client.getInputStream().read(request);
            while (more >= 0) {
                length += more;
                if (isWhole(request, length)) {
                    out.write(ANSWER);
                    length = 0;
                }
                if (length == request.length) {
                    throw new IOException("A request has more than " + LONGEST_REQUEST + " bytes.");
                }
                more = client.getInputStream().read(request, length, request.length - length);
            }
        } catch (IOException disconnected) {
            // The client ends connections at any time.
        }
    }

    private static boolean isWhole(byte[] request, int length) {
        return length >= 4
                && request[length - 4] == '\r'
                && request[length - 3] == '\n'
                && request[length - 2] == '\r'
                && request[length - 1] == '\n';
    }

    @Override
    public String name() {
        return "answers";
    }

    @Override
    public void prepare() {}

    @Override
    public ProcessBuilder command() {
        return new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-cp",
                System.getProperty("java.class.path"),
                FixedAnswer.class.getName(),
                Integer.toString(port));
    }

    @Override
    public boolean isReady() {
        return Ports.answers(HOST, port);
    }

    @Override
    public void requestStop(ProcessHandle process) {
        process.destroy();
    }
}

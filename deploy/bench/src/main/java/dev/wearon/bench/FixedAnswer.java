package dev.wearon.bench;

import dev.wearon.processes.Ports;
import dev.wearon.processes.Program;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.nio.file.Path;

/**
 * A server that answers every call alike, in a process of its own. It stands where a service would and does as little as a
 * server can: it looks for the end of a request and knows its answer by heart.
 */
record FixedAnswer(int port) implements Program {

    static final String BODY = "{\"balance\":3,\"total_purchased\":10,\"total_spent\":7}";

    private static final String HOST = "127.0.0.1";
    private static final Buffer END_OF_REQUEST = Buffer.buffer("\r\n\r\n");
    private static final Buffer ANSWER =
            Buffer.buffer("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
                    .formatted(BODY.length(), BODY));

    /** @param arguments the port */
    public static void main(String[] arguments) {
        Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1))
                .createNetServer(new NetServerOptions().setTcpNoDelay(true))
                .connectHandler(FixedAnswer::serve)
                .listen(Integer.parseInt(arguments[0]), HOST)
                .onFailure(taken -> {
                    System.err.println(taken.getMessage());
                    System.exit(1);
                });
    }

    /** Requests come without a body and one at a time on each connection. */
    private static void serve(NetSocket client) {
        Buffer[] before = new Buffer[1];
        client.handler(part -> {
            Buffer request = before[0] == null ? part : before[0].appendBuffer(part);
            boolean whole = request.length() >= END_OF_REQUEST.length()
                    && request.slice(request.length() - END_OF_REQUEST.length(), request.length())
                            .equals(END_OF_REQUEST);
            before[0] = whole ? null : request;
            if (whole) {
                client.write(ANSWER);
            }
        });
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

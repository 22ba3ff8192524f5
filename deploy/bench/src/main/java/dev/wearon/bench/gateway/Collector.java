package dev.wearon.bench.gateway;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;

/** Takes traces and forgets them, as a collector would answer. It runs in the benchmark, and its time is not counted. */
final class Collector {

    private static final int OK = 200;
    private static final int NO_BODY = -1;

    private Collector() {}

    /** Runs until the benchmark ends. @return its address, for {@code WEARON_TRACES_ENDPOINT} */
    static URI start() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v1/traces", call -> {
            call.getRequestBody().transferTo(OutputStream.nullOutputStream());
            call.sendResponseHeaders(OK, NO_BODY);
            call.close();
        });
        server.start();
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }
}

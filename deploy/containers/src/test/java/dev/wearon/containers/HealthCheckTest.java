package dev.wearon.containers;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class HealthCheckTest {

    @Test
    void isReadyOnlyIfTheServiceSaysSo() throws IOException {
        AtomicInteger status = new AtomicInteger(200);
        HttpServer service = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        service.createContext("/q/health/ready", exchange -> {
            exchange.sendResponseHeaders(status.get(), -1);
            exchange.close();
        });
        service.start();
        int port = service.getAddress().getPort();
        try {
            assertThat(HealthCheck.isReady(port)).isTrue();
            status.set(503);
            assertThat(HealthCheck.isReady(port)).isFalse();
        } finally {
            service.stop(0);
        }
        assertThat(HealthCheck.isReady(port)).as("nothing listens").isFalse();
    }
}

package dev.wearon.gateway.bounds;

import static dev.wearon.gateway.testing.FakeServices.generation;
import static dev.wearon.gateway.testing.FakeServices.storage;
import static org.assertj.core.api.Assertions.assertThat;

import dev.wearon.gateway.testing.Merchant;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Checks clients that send a byte now and then, without end. */
@QuarkusTest
class SlowBodiesTest {

    private static final int BETWEEN_BYTES_MS = 200;
    private static final Duration GIVE_UP = Duration.ofSeconds(30);
    private static final Duration STALLS = Duration.ofMillis(1_500);

    /**
     * @param took the time from the head of the request to the end of the connection
     * @param paused the longest time between two bytes
     */
    private record Outcome(String answer, Duration took, Duration paused) {}

    private static Outcome trickle(String head, String unit) throws IOException {
        long begun = System.nanoTime();
        Duration paused = Duration.ZERO;
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        try (Socket client = new Socket("127.0.0.1", RestAssured.port)) {
            client.setSoTimeout(BETWEEN_BYTES_MS);
            client.getOutputStream().write((head + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            boolean open = true;
            while (open && since(begun).compareTo(GIVE_UP) < 0) {
                long sent = System.nanoTime();
                open = sendAndListen(client, unit, answer);
                paused = since(sent).compareTo(paused) > 0 ? since(sent) : paused;
            }
        }
        return new Outcome(answer.toString(StandardCharsets.UTF_8), since(begun), paused);
    }

    private static boolean sendAndListen(Socket client, String unit, ByteArrayOutputStream answer) throws IOException {
        try {
            if (answer.size() == 0) {
                client.getOutputStream().write(unit.getBytes(StandardCharsets.US_ASCII));
            }
            int read = client.getInputStream().read();
            if (read >= 0) {
                answer.write(read);
            }
            return read >= 0;
        } catch (SocketTimeoutException nothingYet) {
            return true;
        } catch (IOException cut) {
            return false;
        }
    }

    private static Duration since(long begun) {
        return Duration.ofNanos(System.nanoTime() - begun);
    }

    private static void cutAfter(Duration limit, Outcome outcome) {
        assertThat(outcome.answer())
                .contains(" 400 ")
                .contains("\"code\":\"VALIDATION_ERROR\"")
                .containsIgnoringCase("X-Request-Id: slow-");
        assertThat(outcome.took()).isBetween(limit, limit.plusSeconds(15));
    }

    /** Each byte of the upload arrives before the stall timeout, and storage waits without a limit. */
    @Test
    void areCutAfterTheTimeoutOfBodiesOrOfUploads() throws Exception {
        generation().answers(201, "{}");
        CompletableFuture<Throwable> broken = new CompletableFuture<>();
        storage().behavesRaw(request -> {
            request.exceptionHandler(broken::complete);
            request.endHandler(end -> broken.complete(null));
            request.handler(chunk -> {});
        });
        String create = "POST /api/v1/generation/create HTTP/1.1\r\nHost: x\r\nX-Request-Id: slow-" + UUID.randomUUID()
                + "\r\nAuthorization: Bearer " + Merchant.shared().apiKey();
        String put =
                "PUT /stores/x/uploads/a.png HTTP/1.1\r\nHost: x\r\nX-Request-Id: slow-upload\r\nContent-Length: 10000000";
        // At the same time, because each one takes seconds.
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            var chunked = clients.submit(() -> trickle(create + "\r\nTransfer-Encoding: chunked", "1\r\n \r\n"));
            var announced = clients.submit(() -> trickle(create + "\r\nContent-Length: 60000", " "));
            var upload = clients.submit(() -> trickle(put, "x"));
            cutAfter(Duration.ofSeconds(4), chunked.get());
            cutAfter(Duration.ofSeconds(4), announced.get());
            Outcome slow = upload.get();
            // A client that does not get the processor stalls, which has another timeout.
            for (int call = 0; call < 3 && slow.paused().compareTo(STALLS) > 0; call++) {
                slow = trickle(put, "x");
            }
            cutAfter(Duration.ofSeconds(8), slow);
        }
        assertThat(generation().seen()).isEmpty();
        assertThat(broken.get(30, TimeUnit.SECONDS)).isNotNull();
    }
}

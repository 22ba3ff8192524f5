package dev.wearon.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The server of all stores that receives their webhooks. It checks each signature, and answers some messages with 500 at their first
 * arrival. Never two in a row: the gateway leaves an endpoint alone for minutes after its second failure.
 */
final class WebhookReceiver implements AutoCloseable {

    private static final int MAX_BYTES = 64 * 1024;
    private static final int ONE_FAILS_OF = 50;
    private static final String SECRET_PREFIX = "whsec_";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Observations observations;
    private final Map<UUID, byte[]> secrets = new ConcurrentHashMap<>();
    private final Set<String> known = ConcurrentHashMap.newKeySet();

    /** Stores whose last message got a 500. */
    private final Set<UUID> failing = ConcurrentHashMap.newKeySet();

    WebhookReceiver(Observations observations) throws IOException {
        this.observations = observations;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::receive);
        server.start();
    }

    /** As {@code WEARON_WEBHOOK_ALLOWED_HOSTS} has it. */
    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    String url(UUID store) {
        return "http://" + host() + "/" + store;
    }

    /** @param secret as the gateway shows it; messages that come before it are refused, and come again */
    void addSecret(UUID store, String secret) {
        secrets.put(store, Base64.getDecoder().decode(secret.substring(SECRET_PREFIX.length())));
    }

    private void receive(HttpExchange call) throws IOException {
        try (call) {
            call.sendResponseHeaders(answer(call), -1);
        }
    }

    private int answer(HttpExchange call) throws IOException {
        UUID store = UUID.fromString(call.getRequestURI().getPath().substring(1));
        String id = call.getRequestHeaders().getFirst("webhook-id");
        byte[] body = call.getRequestBody().readNBytes(MAX_BYTES);
        if (!secrets.containsKey(store) || id == null) {
            return 503;
        }
        if (!isSigned(call, secrets.get(store), id, body)) {
            observations.addUnexpected("The webhook %s of store %s has a wrong signature".formatted(id, store));
            return 400;
        }
        JsonNode event = JSON.readTree(body);
        JsonNode data = event.path("data");
        if (event.path("type").asText().startsWith("generation.")) {
            observations.add(new Observations.Webhook(
                    store,
                    UUID.fromString(data.path("session_id").asText()),
                    data.path("version").asLong(),
                    data.path("status").asText()));
        }
        boolean first = known.add(store + " " + id);
        if (first && Math.floorMod(id.hashCode(), ONE_FAILS_OF) == 0 && failing.add(store)) {
            return 500;
        }
        failing.remove(store);
        return 204;
    }

    private static boolean isSigned(HttpExchange call, byte[] secret, String id, byte[] body) {
        ByteArrayOutputStream signed = new ByteArrayOutputStream();
        signed.writeBytes((id + "." + call.getRequestHeaders().getFirst("webhook-timestamp") + ".")
                .getBytes(StandardCharsets.UTF_8));
        signed.writeBytes(body);
        String signatures = String.valueOf(call.getRequestHeaders().getFirst("webhook-signature"));
        byte[] expected = ("v1," + Base64.getEncoder().encodeToString(hmac(secret, signed.toByteArray())))
                .getBytes(StandardCharsets.US_ASCII);
        return Stream.of(signatures.split(" "))
                .anyMatch(signature -> MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.US_ASCII)));
    }

    private static byte[] hmac(byte[] secret, byte[] signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(signed);
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}

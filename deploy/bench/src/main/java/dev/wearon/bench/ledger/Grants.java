package dev.wearon.bench.ledger;

import dev.wearon.bench.loop.HttpConnection;
import dev.wearon.processes.SignedIdentities;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** Grants credits at a credits-service, as the gateway does. The first grant of a store opens its wallet. */
public final class Grants implements AutoCloseable {

    /** The most credits of one grant. */
    public static final int LARGEST = 1_000_000;

    private static final int CREATED = 201;

    private final HttpConnection credits;
    private final String gateway;

    public Grants(int port, SignedIdentities signer) throws IOException {
        credits = new HttpConnection(port);
        gateway = signer.service("gateway");
    }

    public void grant(UUID store) throws IOException {
        String id = UUID.randomUUID().toString();
        String body = "{\"request_id\":\"bench-" + id + "\",\"amount\":" + LARGEST + ",\"type\":\"purchase\"}";
        credits.send(post("/internal/v1/stores/" + store + "/grants", gateway, id, body))
                .expect(CREATED);
    }

    static byte[] post(String path, String identity, String id, String body) {
        return ("POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: " + identity
                        + "\r\nX-Request-Id: req_" + id + "\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public void close() throws IOException {
        credits.close();
    }
}

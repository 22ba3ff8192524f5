package dev.wearon.bench;

import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The bytes of one store's charge of one credit; only the id differs from call to call, and always in the same places. */
final class ChargeRequest {

    private static final String ID = "00000000-0000-0000-0000-000000000000";
    private static final String BODY =
            "{\"charge_id\":\"%s\",\"amount\":1,\"request_id\":\"req_%s\",\"description\":\"%s\"}"
                    .formatted(ID, ID, "Virtual try-on");

    private final byte[] template;
    private final int[] places;

    ChargeRequest(int port, String identity) {
        String text = String.join(
                "\r\n",
                "POST /internal/v1/charges HTTP/1.1",
                "Host: 127.0.0.1:" + port,
                "Authorization: " + identity,
                "X-Request-Id: req_" + ID,
                "Content-Type: application/json",
                "Content-Length: " + BODY.length(),
                "",
                BODY);
        template = text.getBytes(StandardCharsets.US_ASCII);
        int header = text.indexOf(ID);
        int charge = text.indexOf(ID, header + 1);
        places = new int[] {header, charge, text.indexOf(ID, charge + 1)};
    }

    Buffer with(UUID chargeId) {
        byte[] id = chargeId.toString().getBytes(StandardCharsets.US_ASCII);
        byte[] request = template.clone();
        for (int place : places) {
            System.arraycopy(id, 0, request, place, id.length);
        }
        return Buffer.buffer(request);
    }
}

package dev.wearon.bench.gateway;

import dev.wearon.bench.loop.HttpConnection;
import dev.wearon.bench.loop.Side;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A way to the same answer.
 *
 * @param requests one for each API key; each call sends any
 * @param body what every answer must be
 * @param processes those on the way, without the server at its end
 */
record CallSide(String name, int port, List<byte[]> requests, String body, Map<String, ProcessHandle> processes)
        implements Side {

    @Override
    public Client connect() throws IOException {
        byte[] expected = body.getBytes(StandardCharsets.US_ASCII);
        return HttpConnection.client(
                port, connection -> connection.send(anyRequest()).expect(expected));
    }

    private byte[] anyRequest() {
        return requests.get(ThreadLocalRandom.current().nextInt(requests.size()));
    }
}

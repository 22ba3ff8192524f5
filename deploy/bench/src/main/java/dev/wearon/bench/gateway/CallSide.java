package dev.wearon.bench.gateway;

import dev.wearon.bench.loop.HttpConnection;
import dev.wearon.bench.loop.Side;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * One of the ways that the benchmark compares (direct, nginx, gateway). All return the same body.
 *
 * @param requests one for each API key; each call sends one of them, chosen at random
 * @param body the body that every answer must have
 * @param processes the processes whose CPU time counts: nginx, or gateway and Redis; not the server that answers
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

package dev.wearon.bench.create;

import dev.wearon.bench.loop.HttpConnection;
import dev.wearon.bench.loop.Side;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.LongAdder;

/** Creates try-ons, each of a store chosen at random. After each turn it compares the books with the answers. */
public class CreateSide implements Side {

    private static final int CREATED = 201;
    private static final String SESSION_ID = "\"session_id\":\"";
    private static final int UUID_LENGTH = 36;

    private final Application application;
    private final List<Merchant> merchants;
    private final boolean withKeys;
    private final List<byte[]> requests;

    /** The sessions that were acknowledged in this turn. */
    private final Queue<UUID> acknowledged = new ConcurrentLinkedQueue<>();

    private final LongAdder refused = new LongAdder();

    /** @param withKeys whether each create has an Idempotency-Key of its own */
    public CreateSide(Application application, List<Merchant> merchants, boolean withKeys) {
        this.application = application;
        this.merchants = merchants;
        this.withKeys = withKeys;
        this.requests = merchants.stream().map(merchant -> merchant.create("")).toList();
    }

    @Override
    public final String name() {
        return application.name();
    }

    @Override
    public final Map<String, ProcessHandle> processes() {
        return application.processes();
    }

    @Override
    public final List<String> databaseRoles() {
        return application.databaseRoles();
    }

    @Override
    public Client connect() throws IOException {
        HttpConnection connection = new HttpConnection(application.port());
        return new Client() {
            @Override
            public void call() throws IOException, Refused {
                create(connection, ThreadLocalRandom.current().nextInt(merchants.size()));
            }

            @Override
            public void close() throws IOException {
                connection.close();
            }
        };
    }

    final UUID create(HttpConnection connection, int merchant) throws IOException, Refused {
        byte[] request = withKeys
                ? merchants.get(merchant).create("Idempotency-Key: " + UUID.randomUUID() + "\r\n")
                : requests.get(merchant);
        try {
            String answer = connection.send(request).expectUnlessBusy(CREATED);
            int id = answer.indexOf(SESSION_ID) + SESSION_ID.length();
            UUID session = UUID.fromString(answer.substring(id, id + UUID_LENGTH));
            acknowledged.add(session);
            return session;
        } catch (Refused busy) {
            refused.increment();
            throw busy;
        }
    }

    @Override
    public void finish(long answered) throws Exception {
        application.books().check(List.copyOf(acknowledged), refused.sumThenReset());
        application.books().drain();
        acknowledged.clear();
    }
}

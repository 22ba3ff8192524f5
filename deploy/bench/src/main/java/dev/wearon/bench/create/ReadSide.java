package dev.wearon.bench.create;

import dev.wearon.bench.loop.HttpConnection;
import dev.wearon.bench.loop.Side;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/** Reads queued sessions, or balances, each of a store chosen at random. */
final class ReadSide implements Side {

    private static final int OK = 200;

    /** What is read. */
    enum Kind {
        SESSION,
        BALANCE
    }

    /** @param expected a part of every right answer */
    private record Read(byte[] request, String expected) {}

    private final Kind kind;
    private final Application application;
    private final List<Merchant> merchants;
    private final CreateSide creates;
    private List<Read> reads;

    ReadSide(Kind kind, Application application, List<Merchant> merchants) {
        this.kind = kind;
        this.application = application;
        this.merchants = merchants;
        this.creates = new CreateSide(application, merchants, false);
    }

    @Override
    public String name() {
        return application.name();
    }

    @Override
    public Map<String, ProcessHandle> processes() {
        return application.processes();
    }

    @Override
    public List<String> databaseRoles() {
        return application.databaseRoles();
    }

    /** Each turn reads sessions of its own, because the books are emptied after each turn. */
    @Override
    public void prepare() throws Exception {
        reads = new ArrayList<>();
        try (HttpConnection connection = new HttpConnection(application.port())) {
            for (int i = 0; i < merchants.size(); i++) {
                UUID session = creates.create(connection, i);
                reads.add(
                        switch (kind) {
                            case SESSION ->
                                new Read(
                                        merchants.get(i).get("generation/" + session),
                                        "\"session_id\":\"" + session + '"');
                            case BALANCE -> new Read(merchants.get(i).get("credits/balance"), "\"balance\":");
                        });
            }
        }
    }

    @Override
    public Client connect() throws IOException {
        HttpConnection connection = new HttpConnection(application.port());
        return new Client() {
            @Override
            public void call() throws IOException, Refused {
                Read read = reads.get(ThreadLocalRandom.current().nextInt(reads.size()));
                String answer = connection.send(read.request()).expectUnlessBusy(OK);
                if (!answer.contains(read.expected())) {
                    throw new IOException("a read was answered with another body: " + answer);
                }
            }

            @Override
            public void close() throws IOException {
                connection.close();
            }
        };
    }

    @Override
    public void finish(long answered) throws Exception {
        creates.finish(merchants.size());
    }
}

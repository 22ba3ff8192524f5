package dev.wearon.bench;

import dev.wearon.local.suite.UserError;
import dev.wearon.processes.Database;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** The subject: {@code POST /internal/v1/charges} under each store's signed identity, a kept connection per client. */
final class LedgerEndpoint implements Deductions {

    private static final String HOST = "127.0.0.1";
    private static final String CHARGED = "{\"outcome\":\"charged\"}";
    private static final int CREATED = 201;
    private static final int LARGEST_GRANT = 1_000_000;

    /** One store alone spends some millions in the longest run; two share that, and so on. */
    private static final int GRANTS_OF_THE_FIRST_STORE = 20;

    private final Vertx vertx;
    private final NetClient sockets;
    private final int port;
    private final SignedIdentities identities;
    private final Map<UUID, ChargeRequest> charges = new HashMap<>();
    private final List<KeptConnection> connections = new ArrayList<>();

    LedgerEndpoint(Vertx vertx, int port, SignedIdentities identities) {
        this.vertx = vertx;
        // A request is one small write, and its client waits for the answer.
        this.sockets = vertx.createNetClient(new NetClientOptions().setTcpNoDelay(true));
        this.port = port;
        this.identities = identities;
    }

    @Override
    public String role() {
        return Database.role(TestBed.LEDGER);
    }

    /** Opens each store's wallet by granting it credits (the first stores get more), and signs its identity. */
    void prepare(List<UUID> stores) throws UserError {
        String service = identities.service();
        HttpClient client = vertx.createHttpClient();
        for (int i = 0; i < stores.size(); i++) {
            UUID store = stores.get(i);
            int grants = Math.max(1, GRANTS_OF_THE_FIRST_STORE / (i + 1));
            for (int j = 0; j < grants; j++) {
                Answers.await(grant(client, store, service));
            }
            charges.put(store, new ChargeRequest(port, identities.store(store)));
        }
        Answers.await(client.close());
    }

    @Override
    public List<Client> connect(int clients) throws UserError {
        List<Client> connected = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            KeptConnection connection = new KeptConnection(Answers.await(sockets.connect(port, HOST)), CHARGED);
            connections.add(connection);
            connected.add(storeId -> connection.ask(charges.get(storeId).with(ChargeIds.next())));
        }
        return connected;
    }

    @Override
    public void disconnect() throws UserError {
        for (KeptConnection connection : connections) {
            Answers.await(connection.close());
        }
        connections.clear();
    }

    private Future<Void> grant(HttpClient client, UUID storeId, String service) {
        Buffer body = Buffer.buffer("{\"request_id\":\"bench-%s\",\"amount\":%d,\"type\":\"purchase\"}"
                .formatted(ChargeIds.next(), LARGEST_GRANT));
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(HOST)
                .setPort(port)
                .setURI("/internal/v1/stores/%s/grants".formatted(storeId))
                .putHeader("Authorization", service)
                .putHeader("Content-Type", "application/json");
        return client.request(request).compose(prepared -> prepared.send(body)).compose(response -> response.body()
                .compose(answer -> response.statusCode() == CREATED
                        ? Future.succeededFuture()
                        : Future.failedFuture(
                                "a grant was answered with %d %s".formatted(response.statusCode(), answer))));
    }
}

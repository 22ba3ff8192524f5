package dev.wearon.bench.ledger;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.wearon.bench.loop.HttpConnection;
import dev.wearon.bench.loop.Side;
import dev.wearon.processes.Database;
import dev.wearon.processes.SignedIdentities;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;

/**
 * What is measured: {@code POST /internal/v1/charges} as generation-service calls it, under each store's signed identity and
 * with a new charge id each time.
 *
 * @param identities the identities of all stores, as values of the header
 * @param stores each call charges one of them, chosen at random
 */
record ChargeEndpoint(int port, Map<UUID, String> identities, Map<String, ProcessHandle> processes, List<UUID> stores)
        implements Side {

    private static final byte[] CHARGED = ascii("{\"outcome\":\"charged\"}");

    /** One store alone spends some millions in the longest run; two share that, and so on. */
    private static final int GRANTS_OF_FIRST_STORE = 20;

    /** Opens the wallet of each store by granting it credits, and signs its identity. */
    static ChargeEndpoint of(int port, SignedIdentities signer, Map<String, ProcessHandle> processes, List<UUID> stores)
            throws IOException {
        Map<UUID, String> identities = new HashMap<>();
        try (Grants wallets = new Grants(port, signer)) {
            for (int i = 0; i < stores.size(); i++) {
                for (int grants = Math.max(1, GRANTS_OF_FIRST_STORE / (i + 1)); grants > 0; grants--) {
                    wallets.grant(stores.get(i));
                }
                identities.put(
                        stores.get(i),
                        signer.store(
                                stores.get(i), Map.of("subscription_tier", "growth", "subscription_status", "active")));
            }
        }
        return new ChargeEndpoint(port, identities, processes, stores);
    }

    ChargeEndpoint over(List<UUID> some) {
        return new ChargeEndpoint(port, identities, processes, some);
    }

    /** The same wallets at another process of the service. */
    ChargeEndpoint at(int another, Map<String, ProcessHandle> itsProcesses) {
        return new ChargeEndpoint(another, identities, itsProcesses, stores);
    }

    @Override
    public String name() {
        return "ledger";
    }

    @Override
    public List<String> databaseRoles() {
        return List.of(Database.role("credits"));
    }

    @Override
    public Client connect() throws IOException {
        return HttpConnection.client(
                port, connection -> connection.send(charge()).expect(CHARGED));
    }

    private byte[] charge() {
        UUID store = stores.get(ThreadLocalRandom.current().nextInt(stores.size()));
        String id = UuidCreator.getTimeOrderedEpochFast().toString();
        String body = "{\"charge_id\":\"" + id + "\",\"amount\":1,\"request_id\":\"req_" + id
                + "\",\"description\":\"Virtual try-on\"}";
        return Grants.post("/internal/v1/charges", identities.get(store), id, body);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}

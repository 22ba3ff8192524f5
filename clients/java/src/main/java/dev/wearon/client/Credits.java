package dev.wearon.client;

import dev.wearon.client.model.Balance;
import dev.wearon.client.model.Transaction;
import dev.wearon.client.transport.Call;
import dev.wearon.client.transport.Transport;

/** Balances and transactions. */
public final class Credits {

    private final Transport transport;

    Credits(Transport transport) {
        this.transport = transport;
    }

    /** The credits of the store, of at most a second ago. */
    public Balance balance() {
        return transport.call(Call.get("/api/v1/credits/balance")).data(Balance.class);
    }

    /** The credits of a shopper at this store. All are 0 for a shopper who has never bought any. */
    public Balance shopperBalance(String email) {
        Call call = Call.get("/api/v1/credits/shopper").header("x-shopper-email", TryOn.checkedEmail(email));
        return transport.call(call).data(Balance.class);
    }

    /** All transactions of the store, newest first. A page is one request, made when it is needed. */
    public Iterable<Transaction> transactions() {
        return transactions(Pages.LARGEST);
    }

    /** @param pageSize 1 to 100 */
    public Iterable<Transaction> transactions(int pageSize) {
        Call first = Call.get("/api/v1/credits/transactions").query("limit", pageSize);
        return () -> new Pages<>(transport, first, "transactions", Transaction.class);
    }
}

package dev.wearon.client;

import dev.wearon.client.model.Balance;
import dev.wearon.client.model.Transaction;
import dev.wearon.client.transport.Answer;
import dev.wearon.client.transport.Call;
import dev.wearon.client.transport.Transport;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Queue;

/** Balances and transactions. */
public final class Credits {

    private static final int LARGEST_PAGE = 100;

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
        return transactions(LARGEST_PAGE);
    }

    /** @param pageSize 1 to 100 */
    public Iterable<Transaction> transactions(int pageSize) {
        return () -> new Pages(transport, pageSize);
    }

    private static final class Pages implements Iterator<Transaction> {

        private final Transport transport;
        private final int size;
        private final Queue<Transaction> read = new ArrayDeque<>();
        private String cursor;
        private boolean ended;

        Pages(Transport transport, int size) {
            this.transport = transport;
            this.size = size;
        }

        @Override
        public boolean hasNext() {
            while (read.isEmpty() && !ended) {
                readPage();
            }
            return !read.isEmpty();
        }

        @Override
        public Transaction next() {
            if (!hasNext()) {
                throw new NoSuchElementException();
            }
            return read.remove();
        }

        private void readPage() {
            Answer answer = transport.call(Call.get("/api/v1/credits/transactions")
                    .query("limit", size)
                    .query("cursor", cursor));
            read.addAll(answer.dataList("transactions", Transaction.class));
            String next = answer.data().path("next_cursor").textValue();
            if (next != null && next.equals(cursor)) {
                throw answer.unexpected("The list of transactions does not end.");
            }
            cursor = next;
            ended = next == null;
        }
    }
}

package dev.wearon.generation.stores;

import dev.wearon.generation.channels.B2b;
import dev.wearon.generation.charging.Receipts.Part;
import dev.wearon.generation.charging.Receipts.Receipt;
import dev.wearon.generation.sessions.Session;
import dev.wearon.generation.sessions.Status;
import java.util.UUID;

/**
 * The bill of a session; see {@link Receipt}. Absent values are null.
 *
 * @param test whether the credits are test credits
 */
record ReceiptResponse(
        UUID sessionId,
        Status status,
        String paidBy,
        Part charge,
        Part release,
        Part clawback,
        int netCharge,
        Integer netPriceCents,
        boolean test) {

    static ReceiptResponse of(Session session, Receipt receipt) {
        return new ReceiptResponse(
                session.id(),
                session.status(),
                receipt.paidBy(),
                receipt.charge(),
                receipt.release(),
                receipt.clawback(),
                receipt.netCharge(),
                receipt.netPriceCents(),
                B2b.isTest(session.details()));
    }
}

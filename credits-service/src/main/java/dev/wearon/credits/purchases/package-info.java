/**
 * Shoppers buy credits: a purchase moves them from the store's pool to the shopper's wallet at that store.
 *
 * <p>One transaction changes both wallets, once per (store, order), however many requests repeat the order at the same
 * time. The shopper has paid already, so a pool that is too small refuses nothing: the purchase becomes pending and is
 * completed later. Older purchases come first; one that does not fit is skipped. A top-up completes up to 100 pending
 * purchases in its own transaction (see {@code R__purchases.sql}). {@link dev.wearon.credits.purchases.PendingPurchases}
 * completes the others, and those for which a refund or a clawback made room.
 *
 * <p>A call states all that is known about an order, and the numbers of a purchase only grow. So calls may come in any order and
 * any number. An order without a known shopper is unclaimed until a later call names one. What is given back is not granted, or
 * clawed back as far as the credits of this very purchase are unspent (see {@code R__allocation.sql}); the rest is the shortfall,
 * which each release of the wallet settles first.
 *
 * <p>A shopper has one wallet at a store, in every spelling of the e-mail address: surrounding blanks, case and Unicode
 * form do not matter. The address is stored with the shopper, the wallet and the purchase, but in no ledger and no log.
 * If the shop system names a shopper by a reference, the wallet has this reference as its key (see {@code R__shoppers.sql}).
 *
 * <p>Limits: 1 to 1,000,000 credits per purchase, 2,147,483,647 bought by one shopper in all.
 */
package dev.wearon.credits.purchases;

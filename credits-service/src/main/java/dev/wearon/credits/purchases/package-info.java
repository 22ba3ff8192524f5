/**
 * Shoppers who buy credits: a purchase moves them from the store's pool to the shopper's wallet at that store.
 *
 * <p>Both wallets move in one transaction, once per (store, order), however often and however parallel the order is
 * told. The shopper has paid already, so a pool that is too small refuses nothing: the purchase is kept as pending and
 * completed later, oldest first; one that does not fit waits and the next is tried. A top-up completes up to 100 in its
 * own transaction (in SQL, see {@code R__purchases.sql}), {@link dev.wearon.credits.purchases.PendingPurchases} the rest,
 * and those that a refund made room for.
 *
 * <p>One shopper has one wallet at a store, however the e-mail address is spelled: blanks around it, case and Unicode
 * form do not count. The address stands with the shopper, the wallet and the purchase, never in a ledger or a log. A shopper
 * whom the shop system names by a reference has a wallet under that reference; who is who says {@code R__shoppers.sql}.
 *
 * <p>Limits: 1 to 1,000,000 credits per purchase, 2,147,483,647 bought by one shopper in all.
 */
package dev.wearon.credits.purchases;

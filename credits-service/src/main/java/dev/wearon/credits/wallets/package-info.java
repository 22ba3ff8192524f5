/**
 * The wallets of a store and its shoppers: the store's pool of credits, the grants that fill it, its movements, and the
 * balance of a shopper's wallet.
 *
 * <p>The first call that reads or changes a pool opens it with 0 credits. At every commit {@code balance =
 * total_purchased - total_spent}, and the balance is the sum of the wallet's ledger; PostgreSQL refuses any other
 * change. A balance that cannot be read is an error, never zeros. A grant is made once per request id; a repeat gets
 * the first response. The transaction of a grant also completes up to 100 pending purchases; the response has the
 * balance before them.
 *
 * <p>A store's movements are read by pages, newest first. New movements do not make a page repeat or skip one.
 *
 * <p>Limits: 1 to 1,000,000 credits per grant, 2,147,483,647 purchased by one store in all, 100 movements a page.
 */
package dev.wearon.credits.wallets;

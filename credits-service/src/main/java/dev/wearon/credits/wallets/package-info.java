/**
 * What a store and its shoppers have: the pool of credits, the grants that fill it, its movements, and a shopper's wallet
 * as its store may read it.
 *
 * <p>A wallet is opened with 0 credits the first time a verified identity names its store. At every commit {@code
 * balance = total_purchased - total_spent}, and the balance is the sum of the wallet's ledger; PostgreSQL refuses
 * anything else. A balance that cannot be read is an error, never zeros. A grant is made once per request id, and its
 * repeat gets the first answer. What shoppers bought while the pool was too small is completed in the grant's own
 * transaction, up to 100 purchases; the balance it answers is the one before them.
 *
 * <p>A store's movements are read newest first, by pages that follow from one another: none is shown twice or left out
 * because others arrived meanwhile.
 *
 * <p>Limits: 1 to 1,000,000 credits per grant, 2,147,483,647 purchased by one store in all, 100 movements a page.
 */
package dev.wearon.credits.wallets;

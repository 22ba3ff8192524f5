/**
 * {@code ./wearon drill}: shows that no try-on and no credit is lost, whichever process dies.
 *
 * <p>A drill starts a suite in a temporary folder. Clients request try-ons through the gateway, while the drill kills and pauses
 * the suite's processes and empties Redis. At a stand-in of Shopify a shop sells, refunds and cancels credits, and another one removes
 * the app. When everything has recovered, the drill compares the answers that the clients got with the database and with the pictures
 * that the gateway serves, the sessions with what event streams and webhooks told, and the orders with the ledger. One difference fails
 * the drill. Signals go only to
 * processes of the drill's own supervisor, so a running suite is not affected.
 *
 * <p>The seed decides the faults, their order and gaps, and the choices of each client. It does not decide the timing of the
 * machine: to reproduce a difference, the same seed may need several runs.
 *
 * <p>Limits: all processes run on one machine. A drill does not lose packets, fill the disk or cut the power. A pause stops
 * PostgreSQL with all of its backends.
 */
package dev.wearon.drill;

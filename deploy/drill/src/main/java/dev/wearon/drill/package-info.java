/**
 * {@code ./wearon drill}: a proof that no try-on and no credit is lost, whatever dies.
 *
 * <p>A drill starts a whole suite of its own in a temporary folder, lets clients shop there through the gateway, and
 * meanwhile kills, pauses and empties what the suite consists of, PostgreSQL and Redis included. When everything has come
 * to rest it compares what the clients were told with what the database holds and the gateway serves. Anything that does
 * not agree is a difference, and one difference fails the drill. A suite of the operator's is never touched: signals go
 * only to processes of the drill's own supervisor.
 *
 * <p>The seed decides which faults come, in which order and after which gaps, and what each client does next. What they
 * meet in time is the machine's affair, so a seed that found something once may need several runs to find it again.
 *
 * <p>Limits: processes of one machine; no lost packets, no full disk, no power cut. A pause stops PostgreSQL with all of
 * its backends.
 */
package dev.wearon.drill;

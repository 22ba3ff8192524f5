/**
 * {@code ./wearon bench ledger} compares charges over HTTP with a plain PL/pgSQL function that a client calls without HTTP. At the end
 * the answers are compared with the books.
 */
package dev.wearon.bench.ledger;

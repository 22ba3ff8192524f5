/**
 * {@code ./wearon bench create} compares creates and reads through the whole suite with references that do the same steps in one
 * process: {@link dev.wearon.bench.create.PlainServer} and, if there is a Node.js, Fastify. All answer the same routes of the
 * public API, so one load drives all. After each turn every acknowledged create is looked for in the books, and the queue is
 * emptied.
 *
 * <p>The row {@code growth} compares the suite alone with itself: {@link dev.wearon.bench.create.History} fills its tables from stage
 * to stage with millions of sessions.
 *
 * <p>Limits: no worker runs. The references repair nothing, and have no identities, idempotency keys, events and refunds.
 */
package dev.wearon.bench.create;

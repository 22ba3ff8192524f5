/**
 * {@code ./wearon bench claim} compares the ways in which a worker gets its next session: by the turns of the stores, with a call on
 * a connection of its own and as a worker of a process with 32 workers, and, as the reference, oldest first. Each answer must be
 * another session, and the database must agree.
 */
package dev.wearon.bench.claim;

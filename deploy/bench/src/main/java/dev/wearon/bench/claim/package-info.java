/**
 * {@code ./wearon bench claim} compares two ways in which a worker gets its next session: by the turns of the stores and, as the
 * reference, oldest first. Each answer must be another session, and the database must agree.
 */
package dev.wearon.bench.claim;

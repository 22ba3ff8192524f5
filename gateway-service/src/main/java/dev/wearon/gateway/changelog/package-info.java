/**
 * Who changed what, and when: the table {@code gateway.audit}, which only grows.
 *
 * <p>Every change to a store, its keys or its credits leaves one entry, written in the transaction that makes the change:
 * if the entry cannot be written, the change has not happened. Only a grant of credits is another service's transaction,
 * so it leaves two: one before the ledger is asked, one with what it answered. The first alone says that the outcome is
 * not known. A repair of charges without sessions leaves one, when it begins; what it did, every movement tells.
 *
 * <p>An entry holds the fields that changed, before and after, and who is named by a fingerprint of the token or by the
 * prefix of the key. No key, hash, token or e-mail address is in it; the table refuses keys and addresses also by itself,
 * as it refuses to be updated, deleted from or truncated. Entries are read newest first, by the database's clock.
 */
package dev.wearon.gateway.changelog;

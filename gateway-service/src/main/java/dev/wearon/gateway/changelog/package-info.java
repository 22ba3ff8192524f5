/**
 * Records each change with its author and time, in the append-only table {@code gateway.audit}.
 *
 * <p>Every change of a store, its keys or its credits writes one entry in the same transaction. If the entry cannot be
 * written, the change does not happen. A grant of credits is a transaction of another service, so it writes two entries: one
 * before the call to the ledger, and one with the result. If the second one is missing, the outcome is unknown. A repair of
 * charges without sessions writes one entry when it starts; the ledger shows what it did.
 *
 * <p>An entry contains the changed fields before and after. It names the author by a fingerprint of the token or by the
 * prefix of the key. It contains no key, hash, token or e-mail address; the table itself also refuses keys and addresses, and
 * any update, delete or truncate. Entries are read newest first, by the clock of the database.
 */
package dev.wearon.gateway.changelog;

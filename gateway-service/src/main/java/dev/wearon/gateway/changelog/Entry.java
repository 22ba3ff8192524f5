package dev.wearon.gateway.changelog;

import java.util.UUID;

/**
 * What is written down about a change.
 *
 * @param storeId whose store, key or credits; null when it is about all of them
 * @param subject the id of what else was changed: a key, a transaction; null when it is the store itself
 */
public record Entry(Author author, Action action, UUID storeId, String subject, Change change) {}

package dev.wearon.gateway.changelog;

import java.util.UUID;

/**
 * An entry of the changelog.
 *
 * @param storeId the store of the change; null if it concerns all stores
 * @param subject the id of a changed key or transaction; null if the store itself changed
 */
public record Entry(Author author, Action action, UUID storeId, String subject, Change change) {}

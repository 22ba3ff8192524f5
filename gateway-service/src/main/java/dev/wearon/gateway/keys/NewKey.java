package dev.wearon.gateway.keys;

import java.time.Instant;
import java.util.List;

/**
 * What the operator decides about a key.
 *
 * @param name null if it has none
 * @param allowedDomains origins as browsers send them
 * @param scopes by their names on the wire
 * @param expiresAt the planned end; null if it has none
 */
record NewKey(String name, List<String> allowedDomains, List<String> scopes, Instant expiresAt) {}

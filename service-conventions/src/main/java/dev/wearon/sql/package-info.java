/**
 * How a service asks its own schema, and what it requires of its database. Which statements there are, the class that owns
 * a table says.
 *
 * <p>Promise: every statement ends within its time limit, the wait for a connection included. A service is not ready before
 * its own connections have the limit and the encoding that its code rests on, and says which of them is missing and how it
 * is set ({@link dev.wearon.sql.ProvisioningCheck}).
 *
 * <p>Limit: a statement that was not answered in time has an unknown outcome. Each look of the readiness check asks one
 * connection of the pool.
 */
package dev.wearon.sql;

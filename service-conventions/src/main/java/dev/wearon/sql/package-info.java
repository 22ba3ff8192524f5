/**
 * Runs the statements of a service, and checks its database. The class that owns a table contains the statements on it.
 *
 * <p>Promise: every statement ends within its time limit, including the wait for a connection. A service is ready only if its
 * connections have the time limit and the encoding that its code needs. Otherwise the check names the missing setting and how
 * to set it ({@link dev.wearon.sql.ProvisioningCheck}).
 *
 * <p>Limit: a statement that is not answered in time has an unknown outcome. Each readiness check uses one connection of the
 * pool.
 */
package dev.wearon.sql;

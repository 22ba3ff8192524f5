/**
 * What every service requires of its database: one readiness check, and nothing that another class could use.
 *
 * <p>Promise: a service is not ready before its own connections have the limit and the encoding that its code rests on, and
 * says which of them is missing and how it is set. A database that cannot be asked changes nothing here: the check of
 * the connections tells that.
 *
 * <p>Limit: each look asks one connection of the pool. A limit that is taken away later is found as the pool replaces its
 * connections.
 */
package dev.wearon.database;

/**
 * Starts PostgreSQL and Redis as plain processes. Their binaries are Maven artifacts, so no installation is needed.
 *
 * <p>A {@link dev.wearon.processes.Program} says how to start it, when it is ready and how to stop it. It holds no process: a
 * supervisor or a {@link dev.wearon.processes.services.Rig} does. {@link dev.wearon.processes.Database} lays out a role and a schema
 * for each service, on these servers or on existing ones, with {@code deploy/postgresql/provision.sql}.
 */
package dev.wearon.processes;

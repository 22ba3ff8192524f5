/**
 * Starts PostgreSQL and Redis as plain processes. Their binaries are Maven artifacts, so no installation is needed.
 *
 * <p>A {@link dev.wearon.processes.Program} describes how to start a program, when it is ready and how to stop it. It does not
 * keep the running process; a supervisor or a {@link dev.wearon.processes.services.Rig} keeps it.
 *
 * <p>{@link dev.wearon.processes.Database} creates a role and a schema for each service, on these servers or on existing ones,
 * with {@code deploy/postgresql/provision.sql}. {@link dev.wearon.processes.LedgerConsistency} checks the ledger in such a
 * database, for tests and for the drill.
 */
package dev.wearon.processes;

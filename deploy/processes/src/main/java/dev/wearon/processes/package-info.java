/**
 * PostgreSQL and Redis as plain processes, from binaries that come as Maven artifacts: nothing has to be installed.
 *
 * <p>A {@link dev.wearon.processes.Program} knows how to start, when it is ready and how it wants to be stopped; it
 * keeps no process. Who supervises it, or stops it after a test, is somebody else's decision. {@link
 * dev.wearon.processes.Database} lays out one role and one schema per service, on these servers or on existing ones, as
 * {@code deploy/postgresql/provision.sql} says.
 */
package dev.wearon.processes;

/**
 * The suite on one machine: PostgreSQL, Redis and the four services as child processes of a {@link
 * dev.wearon.local.suite.Supervisor}.
 *
 * <p>Guarantees:
 *
 * <ul>
 *   <li>A program that ends is restarted: immediately after the first failure, within 5 s after repeated ones.
 *   <li>A program that does not answer for 30 s is killed and restarted.
 *   <li>{@code run.json} exists only while the suite is up, and is complete at every moment.
 *   <li>A data folder has at most one supervisor. The processes of a killed supervisor are identified by pid and start time, so
 *       an unrelated process with a reused pid is never killed.
 *   <li>A start without a startup cache that fits records one. If this fails, the services start without it.
 *   <li>All data is in the data folder, readable only by its owner.
 * </ul>
 *
 * <p>Limits: one machine, the loopback interface, no rolling restart. A program that hangs during its start is not detected.
 */
package dev.wearon.local.suite;

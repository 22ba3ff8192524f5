/**
 * The whole suite on one machine, kept alive: PostgreSQL, Redis and the four services as processes of one {@link
 * dev.wearon.local.suite.Supervisor}.
 *
 * <p>Promises: a program that ends is started again, at once the first time and within 5 s when it keeps ending; one that
 * has left its supervisor without an answer for 30 s is ended first;
 * {@code run.json} is there exactly while the suite is up, and whole at every moment; a data folder has at most one
 * supervisor; what a killed supervisor left running is found by its start time, so a reused process number never costs a
 * stranger its life. Everything that is kept lies in the data folder, readable by its owner only.
 *
 * <p>Limits: one machine, the loopback interface, no rolling restart. A program that hangs while it starts is
 * not found.
 */
package dev.wearon.local.suite;

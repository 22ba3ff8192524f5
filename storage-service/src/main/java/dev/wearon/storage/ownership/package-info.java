/**
 * Whether the folder or bucket is this suite's. Two suites with one place between them would take each other's images for
 * orphans and remove them, so the first writes its id there and every other refuses. The id is the database's: all
 * processes of a suite have the same.
 *
 * <p>A place that refuses the service, or belongs to another suite, is a refusal to start. One that cannot be reached is
 * waited for: the service is alive, not ready, and tries again.
 */
package dev.wearon.storage.ownership;

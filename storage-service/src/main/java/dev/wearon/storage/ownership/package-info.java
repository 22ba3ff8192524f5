/**
 * Checks that the folder or bucket belongs to this suite. Two suites that shared one would take each other's images for
 * orphans, and remove them. So the first suite writes its id there, and every other suite refuses to use it. The id is
 * stored in the database, so all processes of a suite have the same.
 *
 * <p>A backend that refuses the service, or belongs to another suite, makes the start fail. The claim of an unreachable
 * backend is retried: meanwhile the service is alive but not ready.
 */
package dev.wearon.storage.ownership;

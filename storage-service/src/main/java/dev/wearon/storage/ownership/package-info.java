/**
 * Checks that the folder or bucket belongs to this suite. If two suites shared it, each would remove the images of the
 * other as orphans. So the first suite writes its id there, and every other suite refuses to use it. The id is
 * stored in the database, so all processes of a suite have the same id.
 *
 * <p>A backend that refuses the service, or belongs to another suite, makes the start fail. The claim of an unreachable
 * backend is retried: meanwhile the service is alive but not ready.
 */
package dev.wearon.storage.ownership;

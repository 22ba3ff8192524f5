/**
 * Tells the open event streams, of every instance, that a session has changed. A message names sessions and has no content: who
 * gets it reads the row. So messages may be lost, come twice or late. Nothing that must happen may depend on one: a stream also
 * reads its rows at each heartbeat.
 *
 * <p>Changes of this process are told at once, those of others over one channel of Redis.
 */
package dev.wearon.generation.changes;

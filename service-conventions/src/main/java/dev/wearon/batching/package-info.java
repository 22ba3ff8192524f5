/**
 * Many requests in one call: a call costs almost the same for one request as for many, whether it is a transaction, a request to
 * another service or a command to Redis.
 *
 * <p>Contains no SQL, no client and no business rule. The caller says what a batch does, and when its requests are repeated one by
 * one.
 */
package dev.wearon.batching;

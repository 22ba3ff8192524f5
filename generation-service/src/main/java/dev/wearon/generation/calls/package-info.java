/**
 * The HTTP client for the other services. Each call has a time limit, and so have the number of connections, of waiting calls,
 * and the size of an answer.
 *
 * <p>Promise: a call without an answer is never treated as refused. A batch is sent at most twice ({@link
 * dev.wearon.generation.calls.BatchRoute}).
 *
 * <p>Limit: it knows no route. {@code charging} and {@code images} name the routes and read the outcomes.
 */
package dev.wearon.generation.calls;

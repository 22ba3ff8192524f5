/**
 * Traces of requests (OpenTelemetry), beside what the instrumentation of HTTP, SQL and Redis does by itself: work that continues in
 * another process or in a batch, steps that are no call, and what must not be in a span.
 *
 * <p>Without {@code WEARON_TRACES_ENDPOINT} nothing is recorded, and every method here costs as much as a look at the current
 * span.
 */
package dev.wearon.tracing;

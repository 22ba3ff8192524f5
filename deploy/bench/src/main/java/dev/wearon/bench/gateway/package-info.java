/**
 * {@code ./wearon bench gateway} compares a call through the gateway with the same call through nginx, and with a direct call of
 * the server behind both. All three return the same body.
 */
package dev.wearon.bench.gateway;

/**
 * {@code ./wearon bench storage}: images in and out of storage, beside nginx, and the signing of upload URLs through the
 * gateway.
 */
package dev.wearon.bench.storage;

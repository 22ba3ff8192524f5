/**
 * {@code ./wearon bench storage} moves images in and out of storage and, as the reference, nginx. It also signs upload URLs
 * through the gateway.
 */
package dev.wearon.bench.storage;

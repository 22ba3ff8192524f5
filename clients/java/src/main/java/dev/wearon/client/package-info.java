/**
 * The client of the WearOn API: {@link dev.wearon.client.WearOn}.
 *
 * <p>A call blocks its thread until it has ended. It is repeated only where a repeat is safe, and has a limit of time for all
 * repeats, with their bodies. A create has one idempotency key, which every repeat keeps, so that it is charged once.
 *
 * <p>The types in {@code model} are generated from the contract. The package {@code transport} is no part of the API of this
 * client and may change.
 */
package dev.wearon.client;

/**
 * Whose a session is. An owner is an id in a {@link dev.wearon.generation.channels.Channel}: of {@code b2b} a store. Each
 * channel has tables of its own, of one shape; what works on sessions is written once, over this interface, and serves
 * every channel that is a bean.
 *
 * <p>Promise: nothing outside this package names a channel's tables, except the migrations that make them. To add a channel
 * is to add a class here and a migration: tables, triggers and a claim of the shape that {@link
 * dev.wearon.generation.channels.Tables} describes. Its numbers of turns come from {@code generation.turn_numbers}.
 *
 * <p>A fault in one channel costs the others the failed call only.
 *
 * <p>Limits: the ledger knows wallets of stores and of their shoppers only, and storage knows objects of stores only, until the
 * channel of other owners brings its own. A process serves the channels that it knows: it drops a permit of any other one, and
 * the sweeper of a process that knows the channel pushes another.
 */
package dev.wearon.generation.channels;

/**
 * An owner of sessions is an id in a {@link dev.wearon.generation.channels.Channel}; in {@code b2b} it is a store. Each channel
 * has its own tables with the same columns. The code that works on sessions uses this interface, so it is written once and
 * serves every channel.
 *
 * <p>Promise: outside this package only migrations name a channel's tables. A new channel is a class here and a migration
 * with tables, triggers and a claim function as {@link dev.wearon.generation.channels.Tables} describes. All channels take
 * their turn numbers from {@code generation.turn_numbers}.
 *
 * <p>A fault in one channel fails only that channel's calls.
 *
 * <p>Limits: the ledger has wallets only for stores and their shoppers; storage has objects only for stores. A channel of
 * other owners must bring its own. A process drops permits of channels that it does not serve; the sweeper of a process that
 * serves the channel pushes a new one.
 */
package dev.wearon.generation.channels;

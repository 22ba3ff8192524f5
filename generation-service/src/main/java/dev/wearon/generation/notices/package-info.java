/**
 * What the gateway must tell stores: that a session has ended. A trigger writes each end in the transaction that makes it
 * (V19__ended_sessions.sql). The gateway pulls the oldest ones, stores them, and acknowledges them; then they are deleted here. So a
 * notice arrives at least once, whichever process dies, and the receiver of a notice must accept repeats.
 *
 * <p>Limit: a notice that no gateway has acknowledged for seven days is deleted.
 */
package dev.wearon.generation.notices;

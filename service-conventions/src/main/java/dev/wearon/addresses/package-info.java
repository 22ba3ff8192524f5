/**
 * Where the processes of another service are reached, and which of them gets the next call.
 *
 * <p>Limit: it opens no connection and sends nothing.
 */
package dev.wearon.addresses;

/** Encrypts secrets for the database, and checks the codes of messages. */
package dev.wearon.gateway.sealing;

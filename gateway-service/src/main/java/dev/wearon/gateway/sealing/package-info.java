/** Encrypts secrets for the database. */
package dev.wearon.gateway.sealing;

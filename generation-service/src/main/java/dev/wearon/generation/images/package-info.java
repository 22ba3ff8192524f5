/**
 * The only client of storage. An object path is an opaque text that storage makes. This service does not know where the
 * bytes are or how a URL is signed.
 */
package dev.wearon.generation.images;

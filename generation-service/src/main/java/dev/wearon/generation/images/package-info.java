/**
 * The only client of storage. Where bytes lie and how a URL is signed is not known here: an object path is an opaque
 * text that storage made and storage understands.
 */
package dev.wearon.generation.images;

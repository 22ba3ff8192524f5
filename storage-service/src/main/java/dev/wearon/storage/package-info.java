/**
 * The root of the storage service; each capability is a package below it. Here lies only what all of them stand on: the
 * clock, the limit of a JSON body, and what happens to the rest of a refused one.
 *
 * <p>uploads → objects → backends; both sign with signing and look at bytes with images, which know neither.
 */
package dev.wearon.storage;

/**
 * Limits of request bodies that do not depend on what a body holds. A JSON body has a limit of its own, as the limit of
 * the HTTP server has to let images pass. What is left of a refused body is read away, up to a size and a time, so that
 * its sender sees the answer.
 *
 * <p>Limit: the size of an image is counted where it is taken, in {@code transfer}.
 */
package dev.wearon.storage.bodies;

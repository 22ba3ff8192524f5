/**
 * Limits request bodies, whatever their content is. A JSON body has a limit of its own, because the limit of the HTTP
 * server must let images pass. The rest of a refused body is read and discarded, up to a size and a time, so that
 * its sender gets the response.
 *
 * <p>Limit: the size of an image is checked in {@code transfer}.
 */
package dev.wearon.storage.bodies;

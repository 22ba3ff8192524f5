/**
 * The URLs that a store gets, and those that it sends back. A store asks for places to upload to and for URLs to read what
 * it has; before a try-on is paid for, the URLs of its images are turned back into paths.
 *
 * <p>A place is named by us; the client's file name is never used. An upload URL takes one object of one type up to one
 * size, by PUT alone, for ten minutes, and cannot read. Nothing is stored for a place that is never used.
 *
 * <p>Limit: no bytes are seen here, so a URL to read an upload can be handed out before the upload is there.
 */
package dev.wearon.storage.urls;

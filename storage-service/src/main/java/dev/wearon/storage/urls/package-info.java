/**
 * The URLs that a store gets, and the URLs that it sends back. A store requests URLs to upload and to read images.
 * Before a try-on is charged, the URLs of its images are converted back into paths.
 *
 * <p>Storage names each upload; the client's file name is never used. An upload URL accepts one object of one type up
 * to one size, by PUT only, for a limited time. Nothing is stored for a URL that is never used.
 *
 * <p>Limit: this package sees no bytes, so it can hand out a URL to read an upload before the upload exists.
 */
package dev.wearon.storage.urls;

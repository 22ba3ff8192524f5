/**
 * URLs that are their own permission. A signed URL lets whoever holds it do one thing (read, or write once) to one path
 * until one moment; what may be written is signed with it. HMAC-SHA256 over method, path, expiry, content type and
 * length limit, compared in constant time; the id of the key stands in the URL, so that keys can be rotated.
 *
 * <p>A permission cannot be taken back before it expires. Nothing here knows what a path means, and no signed URL is
 * ever logged. The service does not start without a key of at least 32 bytes.
 */
package dev.wearon.storage.signing;

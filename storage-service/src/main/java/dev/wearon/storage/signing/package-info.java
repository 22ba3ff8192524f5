/**
 * URLs that are their own permission. A signed URL lets whoever holds it do one thing (read, or write once) to one path
 * until one moment; what may be written is signed with it. HMAC-SHA256 over method, path, expiry, content type and
 * length limit, compared in constant time. The id of the key stands in the URL, so that while keys are rotated what the
 * previous one signed is good as well.
 *
 * <p>A permission cannot be taken back before it expires. Nothing here knows what a path means, and no signed URL is
 * ever logged. The service does not start without a key of at least 32 bytes.
 */
package dev.wearon.storage.signing;

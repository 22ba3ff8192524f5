/**
 * Signed URLs. A signed URL lets its holder do one thing (read, or write once) to one path until it expires. The
 * signature is HMAC-SHA256 over method, path, expiry, content type and length limit, and is compared in constant time.
 * The URL contains the id of its key, so that URLs of the previous key stay valid during a rotation.
 *
 * <p>A permission cannot be revoked before it expires. This package does not interpret paths, and never logs a signed
 * URL. The service does not start without a key of at least 32 bytes.
 */
package dev.wearon.storage.signing;

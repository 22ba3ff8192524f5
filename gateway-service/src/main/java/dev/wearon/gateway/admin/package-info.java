/**
 * Who may use {@code /admin/v1}: the operator, who holds the token of {@code WEARON_ADMIN_TOKEN}.
 *
 * <p>The token is asked for before anything else of such a request is looked at, so without it even an unknown path is
 * 401. It is compared as a hash in constant time. Without a token of at least 16 characters the gateway does not start.
 */
package dev.wearon.gateway.admin;

/**
 * Who may use {@code /admin/v1}: the operator, who holds one of the tokens of {@code WEARON_ADMIN_TOKEN}.
 *
 * <p>The token is asked for before anything else of such a request is looked at, so without it even an unknown path is
 * 401. It is compared as a hash in constant time. Several tokens may be valid at once, so that one can take the place of
 * another without a gap, or each person have their own; the audit names them by a fingerprint. In production the gateway
 * does not start unless each has at least 32 characters and is no repetition of a few.
 */
package dev.wearon.gateway.admin;

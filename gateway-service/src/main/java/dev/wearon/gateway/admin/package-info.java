/**
 * Recognises the operator, who has one of the tokens of {@code WEARON_ADMIN_TOKEN}.
 *
 * <p>The token is checked before everything else, so without it even an unknown path below {@code /admin/v1} is 401. It is
 * compared as a hash in constant time. Several tokens may be valid at the same time, for a rotation without downtime or for
 * several people. The changelog identifies them by a fingerprint. In production the gateway starts only if each token has at
 * least 32 characters, 8 of them different.
 */
package dev.wearon.gateway.admin;

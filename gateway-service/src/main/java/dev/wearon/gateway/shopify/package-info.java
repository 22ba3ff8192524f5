/**
 * The shops of stores at Shopify: the app of this suite, its tokens, calls of the Admin API, and the product that sells credits.
 *
 * <p>A page of the app proves its shop with a session token of Shopify, which is exchanged for a pair of tokens of the store. The
 * database keeps them encrypted. Only one process renews a pair at a time. Each call of the Admin API is one document of the
 * resources; refusals are values, and none of them contains a token or data of a person.
 */
package dev.wearon.gateway.shopify;

/**
 * What the try-on in a shop at Shopify gets through the app proxy: what it must know before it begins, and a shopper token.
 *
 * <p>Shopify signs the query and says which customer is logged in, so no page names a shopper. Everything else goes from the page
 * to the gateway directly, with the token. The token belongs to an API key of the store and ends with it.
 */
package dev.wearon.gateway.storefront;

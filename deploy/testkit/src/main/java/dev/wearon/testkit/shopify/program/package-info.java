/**
 * The stand-in of Shopify as a program of its own, with switches over HTTP.
 *
 * <pre>
 * WEARON_SHOPIFY_CLIENT_ID=… WEARON_SHOPIFY_CLIENT_SECRET=… \
 *     java -cp deploy/testkit/target/classes:JACKSON dev.wearon.testkit.shopify.program.Main [PORT]
 * </pre>
 *
 * <p>It needs nothing beside its own classes but Jackson (databind, core, annotations). Tests start it with
 * {@link dev.wearon.testkit.ShopifyServer}. It prints its URL; the gateway reaches a shop at {@code URL/{shop}}. It keeps all in
 * memory.
 */
package dev.wearon.testkit.shopify.program;

/**
 * A stand-in of Shopify: a server that speaks its wire format over HTTP. Facts come from Shopify's documentation and schema;
 * where these are silent, a comment says so and the stand-in does the stricter thing.
 *
 * <p>In a test: {@link dev.wearon.testkit.shopify.FakeShopify}, install a {@link dev.wearon.testkit.shopify.Shop} and act on it.
 * An {@link dev.wearon.testkit.shopify.Order} gives the webhooks of its acts, which
 * {@link dev.wearon.testkit.shopify.Deliveries} sends as the test says; {@link dev.wearon.testkit.shopify.Faults} are what the
 * Admin API answers when something is wrong. As a process: {@code dev.wearon.testkit.shopify.program}.
 *
 * <p>Not there: taxes, shipping, fulfilments, addresses, discount codes in cart links, {@code /cart/add.js}, Liquid, online
 * tokens, the end of subscriptions after failures, the age limit of orders without {@code read_all_orders}. A guest's cart needs
 * no account, a sign-in no password.
 */
package dev.wearon.testkit.shopify;

/**
 * A stand-in of Shopify: a program of its own that speaks its wire format over HTTP. Facts come from Shopify's documentation and
 * schema; where these are silent, a comment says so and the stand-in does the stricter thing.
 */
package dev.wearon.testkit.shopify;

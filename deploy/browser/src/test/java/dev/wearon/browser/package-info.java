/**
 * The try-on in a browser: a product page of the stand-in of Shopify, the packaged services, a real PostgreSQL and Redis, and Chromium.
 * {@link dev.wearon.browser.World} starts them once for all tests, {@link dev.wearon.browser.Shopfront} is one shop, and {@link
 * dev.wearon.browser.Visit} one page of one shopper.
 */
package dev.wearon.browser;

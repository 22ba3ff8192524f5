/** Measures how fast webhooks of Shopify are answered while try-ons are created. */
package dev.wearon.bench.webhooks;

/**
 * The gateway's own resources for merchants, with an API key: the configuration of the store, and a health check.
 *
 * <p>A store may change who pays, and the price of a credit for its shoppers. Other fields of the body are ignored. The
 * change and its changelog entry are one transaction. Every gateway uses the new value within a second. Shoppers can pay only
 * if the store is connected to its shop, because the shop sells the credits.
 */
package dev.wearon.gateway.merchant;

/**
 * What a merchant asks the gateway itself, with an API key: how the store is set up, and whether all is well.
 *
 * <p>Of its setting a store may change who pays, and what its shoppers pay for a credit; nothing else of a body is looked
 * at. A change and its line in the audit are one transaction. Every gateway follows within a second. Shoppers pay only at
 * a store that is connected to its shop, as the credits are sold there.
 */
package dev.wearon.gateway.merchant;

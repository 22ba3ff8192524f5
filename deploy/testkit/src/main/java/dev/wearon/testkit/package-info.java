/**
 * What tests share: servers for Quarkus tests, fault proxies, signed identities, an API client, checks of the ledger. It is main
 * code, so the tests of every module can use it. The drill is the only main code that uses it, for the stand-in of Shopify.
 */
package dev.wearon.testkit;

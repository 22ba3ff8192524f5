/**
 * What tests share: servers for Quarkus tests, fault proxies, signed identities, an API client, checks of the ledger. It is main
 * code so that the tests of every module can use it; of other main code only the drill does, for its check of the ledger.
 */
package dev.wearon.testkit;

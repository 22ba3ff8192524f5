/**
 * {@code ./wearon demo --shop}: two shops at a stand-in of Shopify, for a browser.
 *
 * <p>The stand-in is a program of the suite and keeps everything in memory. So each {@code demo --shop} installs the shops again if
 * they are gone, with the domains and customers that they had; their stores in WearOn stay. All is done as a merchant and an operator
 * do it: with session tokens, the admin API and API keys of the stores. Credits of customers are orders of the shop.
 */
package dev.wearon.demo;

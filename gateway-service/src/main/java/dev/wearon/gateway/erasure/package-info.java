/**
 * Stops stores and deletes what names shoppers, in all services. What is to be done is a row of {@code gateway.store_jobs}, written in
 * the transaction of its cause; the jobs of all gateways work on it until it is done.
 *
 * <p>A job has steps. Each is one bounded call that may be repeated; its end is saved before the next one, so a crash repeats one step.
 * All steps are done twice: the second pass, after every shopper token has ended, finds what was under way during the first one. The
 * names of a shopper are in the row until then, and nowhere afterwards.
 *
 * <p>Credits replaces names by a pseudonym, so that the books stay; everywhere else they are deleted. {@link
 * dev.wearon.gateway.erasure.ShopperRecords} is what a package of the gateway implements that has data of shoppers.
 */
package dev.wearon.gateway.erasure;

/**
 * Which pages may use the API from a browser, and what browsers are told about it.
 *
 * <p>A request without {@code Origin} comes from a server and is none of this package's business. One with an origin needs a
 * key that allows exactly this origin. Before the key is known nobody can say whose page it is, so preflights and refusals
 * up to the key's are readable to every well-formed origin: they hold nothing that the page did not know. Behind the key
 * every answer, refusals and faults included, is readable to the allowed page, and a refused page reads nothing.
 *
 * <p>Whoever holds a signed object URL may use it, from any page. There are no cookies anywhere, so no answer allows
 * credentials. The admin API is not for browsers and tells them nothing.
 */
package dev.wearon.gateway.origins;

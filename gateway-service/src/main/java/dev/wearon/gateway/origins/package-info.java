/**
 * CORS: which pages may use the API from a browser.
 *
 * <p>A request without {@code Origin} comes from a server and needs no check. A request with an origin needs a key that
 * allows exactly this origin; one with a shopper token must have the token's. Before the key is checked, its pages are unknown.
 * So preflights and early refusals are readable for every well-formed origin; they reveal nothing new. After the check every
 * response, including refusals and faults, is readable for the allowed page, and a refused page can read nothing.
 *
 * <p>A signed object URL works from any page. The API uses no cookies, so no response allows credentials. The admin API is
 * not available to browsers.
 */
package dev.wearon.gateway.origins;

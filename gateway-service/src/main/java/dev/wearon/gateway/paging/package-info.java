/**
 * Lists that are read by pages, newest first.
 *
 * <p>A cursor names the last row of the page before by its time and id. So rows that come meanwhile neither repeat nor
 * hide one, and the tenth page costs what the first does. A cursor names a place and gives no right to anything.
 */
package dev.wearon.gateway.paging;

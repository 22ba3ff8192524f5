/**
 * Paged lists, newest first.
 *
 * <p>A cursor contains the time and id of the last row of a page. So new rows neither repeat nor hide a row, and every page
 * costs the same. A cursor grants no access.
 */
package dev.wearon.paging;

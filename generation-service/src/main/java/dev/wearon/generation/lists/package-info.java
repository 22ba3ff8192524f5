/**
 * Lists of sessions, newest first: those of a store, of one of its shoppers, or of all stores.
 *
 * <p>A page is read from the range of an index for each status, so it costs the same however many sessions there are. New
 * sessions neither repeat nor hide a row. A session whose status changes while a client reads the pages of that status may be
 * missing from them.
 */
package dev.wearon.generation.lists;

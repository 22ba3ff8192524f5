/**
 * How images come in: a store asks for places, and sends each file to the signed URL it got. The place is named by us;
 * the client's file name is never used. A URL takes one object of one type up to one size, by PUT alone, for ten
 * minutes, and cannot read. A repeat of the same bytes gets the first answer; other bytes find the place taken.
 */
package dev.wearon.storage.uploads;

/** The operator's list of purchases, of all stores or of one. It names no shopper. */
package dev.wearon.credits.lists;

/**
 * What the ledger knows of a shopper: tells all names, reads the data, and replaces the names by a pseudonym for ever. A name is an
 * e-mail address, or {@code ref:} and a reference. The SQL is {@code R__redaction.sql}; the books add up before and after it.
 */
package dev.wearon.credits.shoppers;

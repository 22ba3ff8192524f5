/**
 * {@code ./wearon} as people use it: one class per command, each a few lines over {@link dev.wearon.local.suite}. A command
 * exits with 0 when it did what its name says, with 1 when it says what is wrong, with 2 when it was called wrongly.
 */
package dev.wearon.local.commands;

/**
 * The command line {@code ./wearon}: one class per command, based on {@link dev.wearon.local.suite}. Exit codes: 0 success, 1
 * failure with a message, 2 wrong usage. Errors with {@code --json}: {@link dev.wearon.local.commands.Failures}.
 */
package dev.wearon.local.commands;

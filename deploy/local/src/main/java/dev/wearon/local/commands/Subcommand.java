package dev.wearon.local.commands;

/**
 * A command of another module, annotated for picocli. The module names it in {@code META-INF/services}, so that this module
 * does not depend on the other one.
 */
public interface Subcommand {}

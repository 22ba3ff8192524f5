package dev.wearon.local.commands;

/**
 * A command of {@code ./wearon} from another module, annotated for picocli. Its module names it in
 * {@code META-INF/services}, so that this module does not depend on it.
 */
public interface Subcommand {}

package dev.wearon.local.commands;

/**
 * A command of another module, annotated for picocli. Its module registers it in {@code META-INF/services}, so
 * {@code deploy/local} does not depend on that module.
 */
public interface Subcommand {}

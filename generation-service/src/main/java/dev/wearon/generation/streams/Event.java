package dev.wearon.generation.streams;

import java.util.Optional;

/**
 * An event of a stream.
 *
 * @param id what the client sends as {@code Last-Event-ID}; without line breaks
 * @param data is written as JSON
 */
public record Event(String name, Optional<String> id, Object data) {}

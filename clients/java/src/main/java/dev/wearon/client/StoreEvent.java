package dev.wearon.client;

import dev.wearon.client.model.Generation;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What is new at a store.
 *
 * @param generation the new state of a try-on, without {@code generatedImageUrl}; empty if the event is another one
 * @param balance the credits in the pool of the store; empty if the event is another one
 */
public record StoreEvent(Optional<Generation> generation, OptionalLong balance) {}

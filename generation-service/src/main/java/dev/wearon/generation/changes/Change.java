package dev.wearon.generation.changes;

import dev.wearon.generation.channels.Owner;
import java.util.UUID;

/** A session that has changed. */
public record Change(Owner owner, UUID sessionId) {}

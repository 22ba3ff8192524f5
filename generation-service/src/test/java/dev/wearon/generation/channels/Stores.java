package dev.wearon.generation.channels;

import java.util.List;
import java.util.UUID;

/** The channel of stores without its clients, for tests that need only owners and table names. */
public final class Stores {

    public static final B2b B2B = new B2b(null, null, null, 1_000);

    public static final Channels B2B_ONLY = new Channels(List.of(B2B));

    private Stores() {}

    public static Owner any() {
        return B2B.store(UUID.randomUUID());
    }
}

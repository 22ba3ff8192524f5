package dev.wearon.generation.channels;

import java.util.UUID;

/** The owner of a session. An id is unique only within its channel. */
public record Owner(Channel channel, UUID id) {

    @Override
    public String toString() {
        return channel.name() + " " + id;
    }
}
